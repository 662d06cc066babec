// The shop's settings: whole documents, from a moment on.
#include <catch2/catch.hpp>

#include "core/settings/settings.hpp"
#include "tests/support/given.hpp"

namespace shop::settings {
namespace {

using tests::given_nothing;
using tests::kNoon;
using tests::on;

PublishTax publish(Tax tax) {
    return {.document = std::move(tax), .reason = {"law", ""}};
}

Tax with_rate(const std::string& rate) {
    Tax tax = default_tax();
    tax.countries[0].rates["standard"] = rate;
    return tax;
}

TEST_CASE("the documents a new shop starts with are valid") {
    given_nothing().when(publish(default_tax())).then_types({"settings.tax_published"});
    given_nothing()
        .when(PublishShipping{.document = default_shipping()})
        .then_types({"settings.shipping_published"});
    given_nothing()
        .when(PublishStore{.document = default_store()})
        .then_types({"settings.store_published"});
}

TEST_CASE("what counts already is not published again") {
    given_nothing()
        .when(publish(default_tax()))
        .when(publish(default_tax()))
        .then_nothing()
        .when(publish(with_rate("0.21")))
        .then(on(tax_stream(), TaxPublished{with_rate("0.21"), kNoon, {"law", ""}}));
}

TEST_CASE("settings of next year wait for next year") {
    PublishTax next = publish(with_rate("0.25"));
    next.effective_from = kNoon + days(40);
    auto scenario = given_nothing();
    scenario.when(publish(default_tax())).when(next);
    const auto& state = scenario.state<State>(tax_stream());
    CHECK(tax_at(state, kNoon + days(39))->version == 1);
    CHECK(tax_at(state, kNoon + days(40))->version == 2);
    CHECK(tax_at(state, kNoon - seconds(1)) == nullptr);
}

TEST_CASE("a moment in the past means now: what was sold is never taxed anew") {
    PublishTax late = publish(default_tax());
    late.effective_from = kNoon - days(10);
    given_nothing().when(late).then(
        on(tax_stream(), TaxPublished{default_tax(), kNoon, {"law", ""}}));
}

TEST_CASE("two people who edit the same settings do not overwrite each other") {
    PublishTax stale = publish(with_rate("0.21"));
    stale.expected_version = 0;
    given_nothing().when(publish(default_tax())).when(stale).then_refused("version-mismatch");
}

TEST_CASE("tax settings that make no sense are refused by field") {
    const auto refused = [](Tax tax, std::string_view pointer) {
        given_nothing().when(publish(std::move(tax))).then_refused("invalid-request", pointer);
    };
    refused(with_rate("20%"), "/countries/0/rates/standard");
    refused(with_rate("-0.1"), "/countries/0/rates/standard");
    refused(with_rate("0.1234567"), "/countries/0/rates/standard");
    Tax tax = default_tax();
    tax.countries[1].country = tax.countries[0].country;
    refused(tax, "/countries/1/country");
    tax = default_tax();
    tax.countries[0].country = "gb";
    refused(tax, "/countries/0/country");
    tax = default_tax();
    tax.classes = {"reduced"};
    refused(tax, "/classes");
    tax = default_tax();
    tax.shipping_class = "unheard-of";
    refused(tax, "/shipping_class");
    tax = default_tax();
    tax.countries[0].rates = {{"reduced", "0.05"}};
    refused(tax, "/countries/0/rates");
    tax = default_tax();
    tax.countries[0].rates["unheard-of"] = "0.05";
    refused(tax, "/countries/0/rates/unheard-of");
}

TEST_CASE("shipping rates rise from band to band, and only the last is open") {
    const auto refused = [](const std::vector<Band>& bands, std::string_view pointer) {
        Shipping shipping = default_shipping();
        shipping.zones[0].rates[0].bands = bands;
        given_nothing()
            .when(PublishShipping{.document = shipping})
            .then_refused("invalid-request", pointer);
    };
    const Money price = default_shipping().zones[0].rates[0].bands[0].price;
    refused({}, "/zones/0/rates/0/bands");
    refused({{1'000, price}, {1'000, price}}, "/zones/0/rates/0/bands/1/up_to");
    refused({{std::nullopt, price}, {1'000, price}}, "/zones/0/rates/0/bands/0/up_to");
    refused({{1'000, {-1, price.currency}}}, "/zones/0/rates/0/bands/0/price/minor_units");
    Shipping twice = default_shipping();
    twice.zones[0].rates[1].id = twice.zones[0].rates[0].id;
    given_nothing()
        .when(PublishShipping{.document = twice})
        .then_refused("invalid-request", "/zones/0/rates/1/id");
}

TEST_CASE("a store needs a name, a currency and countries it delivers to") {
    const auto refused = [](const Store& store, std::string_view pointer) {
        given_nothing()
            .when(PublishStore{.document = store})
            .then_refused("invalid-request", pointer);
    };
    Store store = default_store();
    store.name = "";
    refused(store, "/name");
    store = default_store();
    store.currency = {};
    refused(store, "/currency");
    store = default_store();
    store.countries = {};
    refused(store, "/countries");
    store = default_store();
    store.countries[0] = "Britain";
    refused(store, "/countries/0");
}

TEST_CASE("the state keeps the last fifty versions; their numbers stay") {
    auto scenario = given_nothing();
    for (int i = 0; i < 60; ++i) scenario.when(publish(with_rate("0.0" + std::to_string(10 + i))));
    const auto& state = scenario.state<State>(tax_stream());
    CHECK(state.tax.size() == kVersionsKept);
    CHECK(state.tax.back().version == 60);
}

}  // namespace
}  // namespace shop::settings
