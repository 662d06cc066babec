// The JSON that the storefront keeps of a product is of the shape that the API's document tells.
#include "projections/storefront/product_view.hpp"

#include <catch2/catch.hpp>

#include "core/json/decode.hpp"
#include "projections/storefront/product_shapes.hpp"
#include "tests/core/catalog/product_support.hpp"

namespace shop::projections::storefront {
namespace {

const Currency kPounds = tests::gbp(0).currency;

// As `json` tells it; fails if a member lacks or is not known.
template <class Shape>
Shape read(const std::string& json) {
    auto shape = json::from_json<Shape>(json, json::Missing::kIsError);
    INFO(json);
    REQUIRE(shape);
    return *shape;
}

product::State priced_mug() {
    tests::Scenario scenario = product::draft();
    scenario.given(tests::on(
        product::kMug, product::VariantAdded{product::known(product::variant("MUG-BLUE", "blue"))},
        product::PriceSet{product::kRedId, tests::price_of(tests::gbp(995)), {"list", ""}}));
    return product::mug(scenario);
}

TEST_CASE("a product in a list is what the document says, but for what is available") {
    const Listing listing = listing_of(product::kMug, priced_mug(), {kPounds, tests::kNoon});
    const auto item = read<ProductItem>(listing.card + ",\"available\":3}");
    CHECK(item.id == product::kMug);
    CHECK(item.sku == "MUG-RED");
    CHECK(item.slug == "mug");
    CHECK(item.price == tests::gbp(995));
    CHECK(item.material == "Ceramic");
    CHECK(item.variant_count == 2);
    CHECK(item.available == 3);
}

TEST_CASE("a product's page is what the document says, with what is available of each variant") {
    for (const Currency currency : {kPounds, Currency{}}) {
        const Page page = page_of(product::kMug, priced_mug(), 7, {currency, tests::kNoon});
        REQUIRE(page.variants.size() == 2);
        const auto view = read<ProductPageView>(page.head + page.variants[0] + "1}," +
                                                page.variants[1] + "2}" + page.tail + "3}");
        CHECK(view.version == 7);
        CHECK(view.description == "Holds tea.");
        CHECK(view.option_names == std::vector<std::string>{"color"});
        REQUIRE(view.variants.size() == 2);
        CHECK(view.variants[0].options.at("color") == "red");
        CHECK(view.variants[0].price.has_value() == !currency.is_empty());
        CHECK_FALSE(view.variants[1].price);
        CHECK(view.variants[1].available == 2);
        CHECK(view.available == 3);
        CHECK_FALSE(view.image);
    }
}

}  // namespace
}  // namespace shop::projections::storefront
