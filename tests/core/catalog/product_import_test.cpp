// A whole product as a catalog file tells it.
#include <catch2/catch.hpp>

#include "core/catalog/category.hpp"
#include "tests/core/catalog/product_support.hpp"

namespace shop::product {
namespace {

using tests::gbp;
using tests::given_nothing;
using tests::on;
using tests::price_of;

const CategoryId kMugs = category::category_of("mugs");
const CategoryId kCups = category::category_of("cups");

ImportedVariant told(const std::string& sku, const std::string& color, std::int64_t pence) {
    return {.sku = sku,
            .option_values = {{{"color", color}}},
            .barcode = "",
            .weight_g = 300,
            .prices = {price_of(gbp(pence))}};
}

Import file() {
    return {.product = kMug,
            .slug = "mug",
            .details = {.title = "Mug",
                        .description = "Holds tea.",
                        .tax_class = "standard",
                        .options = {{"color"}},
                        .attributes = {{{"material", "Ceramic"}, {"color", ""}}}},
            .variants = {told("MUG-RED", "red", 995)},
            .categories = {{kMugs}}};
}

tests::Scenario with_categories() {
    static const tests::TestCatalog catalog =
        tests::TestCatalog().add_category("mugs").add_category("cups");
    return given_nothing().with(catalog);
}

// The file, imported and its keys claimed.
tests::Scenario imported() {
    tests::Scenario scenario = with_categories();
    scenario.when(file()).when(RecordKeys{kMug, 1, {}});
    return scenario;
}

TEST_CASE("a file may leave a product a draft, and publish it later") {
    Import draft{.product = kMug,
                 .slug = "mug",
                 .details = {.title = "Mug"},
                 .variants = {{.sku = "MUG-RED"}},
                 .categories = {},
                 .publish = false};
    auto scenario = given_nothing();
    scenario.when(draft);
    CHECK_FALSE(scenario.state<State>(kMug).request);
    scenario.when(draft).then_nothing();
    draft.publish = true;
    scenario.when(draft);
    CHECK(scenario.state<State>(kMug).request);
}

TEST_CASE("a new product of a file is made whole, and asks for its keys") {
    with_categories().when(file()).then(
        on(kMug, mug_details(), VariantAdded{known(variant("MUG-RED", "red"))},
           PriceSet{kRedId, price_of(gbp(995)), {"import", ""}}, CategoryAssigned{kMugs},
           KeysRequested{.request = 1, .keys = {slug("mug"), sku("MUG-RED")}, .channel = "main"}));
}

TEST_CASE("the same file twice changes nothing") {
    imported().when(file()).then_nothing();
    with_categories().when(file()).when(file()).then_nothing();
}

TEST_CASE("what a file tells anew is changed, and nothing else") {
    Import changed = file();
    changed.details.title = "Tea mug";
    changed.details.attributes = {{"material", ""}, {"color", "Red"}};
    changed.variants[0].weight_g = 310;
    changed.variants[0].prices = {price_of(gbp(895))};
    changed.categories = {{kCups}};
    Variant heavier = known(variant("MUG-RED", "red"));
    heavier.weight_g = 310;
    imported().when(changed).then(
        on(kMug, DetailsChanged{.title = "Tea mug", .attributes = {{{"color", "Red"}}}},
           VariantChanged{heavier}, PriceSet{kRedId, price_of(gbp(895)), {"import", ""}},
           CategoryUnassigned{kMugs}, CategoryAssigned{kCups}));
}

TEST_CASE("what a file does not tell stays as the owner made it") {
    auto scenario = imported();
    Variant by_the_dozen = known(variant("MUG-RED", "red"));
    by_the_dozen.min_quantity = 12;
    scenario.when(ChangeVariant{kMug, by_the_dozen, {}})
        .when(ChangeDetails{kMug, {.attributes = {{{"material", "Ceramic"}, {"size", "L"}}}}, {}})
        .when(file())
        .then_nothing();
    scenario
        .when(Import{.product = kMug,
                     .slug = "mug",
                     .details = {},
                     .variants = {{.sku = "MUG-RED"}},
                     .categories = {}})
        .then_nothing();
}

TEST_CASE("a product the owner took off is not put on again by a file") {
    imported().when(Unpublish{kMug}).when(file()).then_nothing();
}

TEST_CASE("a slug the owner changed is not changed back by a file") {
    imported()
        .when(ChangeSlug{kMug, "cup", {}})
        .when(RecordKeys{kMug, 2, {}})
        .when(file())
        .then_nothing();
}

TEST_CASE(
    "new variants of a published product come with their prices once their SKUs are claimed") {
    Import more = file();
    more.variants.push_back(told("MUG-BLUE", "blue", 1'095));
    more.variants.push_back(told("MUG-GREEN", "green", 1'195));
    auto scenario = imported();
    scenario.when(more).then_types({"product.keys_requested"});
    CHECK(scenario.made<KeysRequested>().keys == std::vector{sku("MUG-BLUE"), sku("MUG-GREEN")});
    scenario.when(RecordKeys{kMug, 2, {}})
        .then_types({"product.variant_added", "product.price_set", "product.variant_added",
                     "product.price_set"});
    CHECK(mug(scenario).find_sku("MUG-GREEN")->prices == std::vector{price_of(gbp(1'195))});
    CHECK(mug(scenario).owns(sku("MUG-GREEN")));
    CHECK_FALSE(is_open(mug(scenario)));
    scenario.when(more).then_nothing();
}

TEST_CASE("a file may not add variants while the product waits for its keys") {
    Import more = file();
    more.variants.push_back(told("MUG-BLUE", "blue", 1'095));
    with_categories().when(file()).when(more).then_refused("keys-under-way");
}

TEST_CASE("a product whose keys were in use asks again when its file is imported again") {
    auto scenario = with_categories();
    scenario.when(file())
        .when(RecordKeys{kMug, 1, {slug("mug")}})
        .when(file())
        .then_types({"product.keys_requested"});
    CHECK(mug(scenario).request->request == 2);
}

TEST_CASE("what is wrong in a file's product is refused, and nothing of it is applied") {
    const auto refused = [](const Import& import, std::string_view pointer) {
        with_categories().when(import).then_refused("invalid-request", pointer);
    };
    Import wrong = file();
    wrong.details.title.reset();
    refused(wrong, "/title");
    wrong = file();
    wrong.slug = "A Mug";
    refused(wrong, "/slug");
    wrong = file();
    wrong.variants[0].weight_g = -5;
    refused(wrong, "/variants/0/weight_g");
    wrong = file();
    wrong.variants[0].prices[0].price.money.minor_units = -1;
    refused(wrong, "/variants/0/price/minor_units");
    wrong = file();
    wrong.variants.push_back(told("MUG-RED", "blue", 995));
    refused(wrong, "/variants/1/sku");
    wrong = file();
    wrong.variants.push_back(told("MUG-2", "red", 995));
    refused(wrong, "/variants/0/option_values");
    wrong = file();
    wrong.categories = {{category::category_of("none")}};
    refused(wrong, "/categories");
}

}  // namespace
}  // namespace shop::product
