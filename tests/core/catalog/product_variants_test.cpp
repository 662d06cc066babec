// Variants, their prices, and the categories of a product.
#include <catch2/catch.hpp>

#include "core/catalog/category.hpp"
#include "tests/core/catalog/product_support.hpp"

namespace shop::product {
namespace {

using tests::gbp;
using tests::given;
using tests::on;
using tests::price_of;

const Reason kReason{"sale", "spring"};

TEST_CASE("a draft gets variants at once, a published product once the SKU is claimed") {
    draft()
        .when(AddVariant{kMug, variant("MUG-BLUE", "blue"), {}})
        .then(on(kMug, VariantAdded{known(variant("MUG-BLUE", "blue"))}));
    auto scenario = published();
    const PricedVariant blue{known(variant("MUG-BLUE", "blue")), {}};
    scenario.when(AddVariant{kMug, variant("MUG-BLUE", "blue"), {}})
        .then(on(kMug, KeysRequested{.request = 2,
                                     .keys = {sku("MUG-BLUE")},
                                     .purpose = Purpose::kVariant,
                                     .variants = {blue}}));
    CHECK(mug(scenario).find_sku("MUG-BLUE") == nullptr);
    scenario.when(RecordKeys{kMug, 2, {}}).then(on(kMug, VariantAdded{blue.variant}));
    CHECK(mug(scenario).find_sku("MUG-BLUE") != nullptr);
    CHECK(mug(scenario).owns(sku("MUG-BLUE")));
}

TEST_CASE("a variant that waits to be published with its product cannot be joined by another") {
    draft()
        .when(Publish{kMug})
        .when(AddVariant{kMug, variant("MUG-BLUE", "blue"), {}})
        .then_refused("keys-under-way");
}

TEST_CASE("variants of a product differ in SKU and in options, which must be the product's") {
    const auto add = [](Variant v) { return AddVariant{kMug, std::move(v), {}}; };
    draft().when(add(variant("MUG-RED", "blue"))).then_refused("sku-in-use");
    draft().when(add(variant("MUG-2", "red"))).then_refused("invalid-request", "/option_values");
    Variant odd = variant("MUG-2", "blue");
    odd.option_values["size"] = "L";
    draft().when(add(odd)).then_refused("invalid-request", "/option_values/size");
    draft().when(add(variant("", "blue"))).then_refused("invalid-request", "/sku");
    draft()
        .when(add(variant(std::string(65, 'x'), "blue")))
        .then_refused("invalid-request", "/sku");
    odd = variant("MUG-2", "blue");
    odd.weight_g = -1;
    draft().when(add(odd)).then_refused("invalid-request", "/weight_g");
    odd = variant("MUG-2", "blue");
    odd.quantity_step = 0;
    draft().when(add(odd)).then_refused("invalid-request", "/quantity_step");
    odd = variant("MUG-2", "blue");
    odd.unit = "kilo";
    draft().when(add(odd)).then_refused("invalid-request", "/unit");
}

TEST_CASE("a variant changes as a whole, but its SKU stays") {
    Variant heavier = known(variant("MUG-RED", "red"));
    heavier.weight_g = 350;
    draft()
        .when(ChangeVariant{kMug, heavier, {}})
        .then(on(kMug, VariantChanged{heavier}))
        .when(ChangeVariant{kMug, heavier, {}})
        .then_nothing();
    heavier.sku = "MUG-2";
    draft().when(ChangeVariant{kMug, heavier, {}}).then_refused("invalid-request", "/sku");
    draft()
        .when(ChangeVariant{kMug, known(variant("MUG-3", "red")), {}})
        .then_refused("unknown-variant");
}

TEST_CASE("a published product keeps at least one variant, and the SKUs it ever had") {
    published().when(RemoveVariant{kMug, kRedId}).then_refused("nothing-to-sell");
    draft().when(RemoveVariant{kMug, kRedId}).then(on(kMug, VariantRemoved{kRedId}));
    auto scenario = published();
    scenario.when(AddVariant{kMug, variant("MUG-BLUE", "blue"), {}})
        .when(RecordKeys{kMug, 2, {}})
        .when(RemoveVariant{kMug, kRedId})
        .then(on(kMug, VariantRemoved{kRedId}))
        .when(AddVariant{kMug, variant("MUG-RED", "red"), {}})
        .then(on(kMug, VariantAdded{known(variant("MUG-RED", "red"))}));
}

TEST_CASE("a price is set under its key, and the same price again changes nothing") {
    const SetPrice set{kMug, kRedId, price_of(gbp(995)), kReason, {}};
    auto scenario = draft();
    scenario.when(set).then(on(kMug, PriceSet{kRedId, price_of(gbp(995)), kReason}));
    scenario.when(set).then_nothing();
    SetPrice tier = set;
    tier.price.key.min_quantity = 10;
    tier.price.price.money = gbp(895);
    scenario.when(tier).then_types({"product.price_set"});
    SetPrice lower = set;
    lower.price.price.money = gbp(795);
    scenario.when(lower);
    const auto& prices = mug(scenario).find_variant(kRedId)->prices;
    REQUIRE(prices.size() == 2);
    CHECK(prices[0] == lower.price);
    CHECK(prices[1] == tier.price);
    scenario.when(RemovePrice{kMug, kRedId, tier.price.key, kReason})
        .then(on(kMug, PriceRemoved{kRedId, tier.price.key, kReason}))
        .when(RemovePrice{kMug, kRedId, tier.price.key, kReason})
        .then_refused("unknown-price");
}

TEST_CASE("prices that make no sense are refused by field, and nobody sets one without a reason") {
    const auto refused = [](const SetPrice& set, std::string_view pointer) {
        draft().when(set).then_refused("invalid-request", pointer);
    };
    const SetPrice good{kMug, kRedId, price_of(gbp(995)), kReason, {}};
    SetPrice set = good;
    set.price.price.money.minor_units = -1;
    refused(set, "/price/minor_units");
    set.price.price.money.minor_units = kMoneyMax + 1;
    refused(set, "/price/minor_units");
    set = good;
    set.price.price.money.currency = *Currency::parse("EUR");
    refused(set, "/price/currency");
    set = good;
    set.price.key.min_quantity = 0;
    refused(set, "/min_quantity");
    set = good;
    set.price.key.valid_from = tests::kNoon;
    set.price.key.valid_until = tests::kNoon;
    refused(set, "/valid_until");
    set = good;
    set.price.compare_at = gbp(995);
    refused(set, "/compare_at");
    set = good;
    set.reason = {};
    refused(set, "/reason/code");
    set = good;
    set.variant_id = new_variant(kMug, "MUG-3");
    draft().when(set).then_refused("unknown-variant");
}

TEST_CASE("a variant has at most fifty prices") {
    auto scenario = draft();
    SetPrice set{kMug, kRedId, price_of(gbp(995)), kReason, {}};
    for (std::int64_t i = 1; i <= 50; ++i) {
        set.price.key.min_quantity = i;
        scenario.when(set).then_types({"product.price_set"});
    }
    set.price.key.min_quantity = 51;
    scenario.when(set).then_refused("too-many-prices");
}

TEST_CASE("a product is put into categories that exist, and taken out again") {
    const CategoryId mugs = category::category_of("mugs");
    tests::TestCatalog catalog;
    auto scenario = draft();
    scenario.with(catalog);
    scenario.when(AssignCategory{kMug, mugs}).then_refused("unknown-category");
    catalog.add_category("mugs");
    scenario.when(AssignCategory{kMug, mugs})
        .then(on(kMug, CategoryAssigned{mugs}))
        .when(AssignCategory{kMug, mugs})
        .then_nothing()
        .when(UnassignCategory{kMug, mugs})
        .then(on(kMug, CategoryUnassigned{mugs}))
        .when(UnassignCategory{kMug, mugs})
        .then_nothing();
}

}  // namespace
}  // namespace shop::product
