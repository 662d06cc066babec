// Shipping options by country and weight or subtotal (core/pricing/shipping).
#include <catch2/catch.hpp>

#include "core/pricing/shipping.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::pricing {
namespace {

using tests::gbp;

settings::Shipping shipping() {
    const settings::ShippingRate by_weight{
        "standard", "Standard", settings::Measure::kWeight, {{1'000, gbp(395)}, {5'000, gbp(595)}}};
    const settings::ShippingRate by_subtotal{"free",
                                             "Free from 50.00",
                                             settings::Measure::kSubtotal,
                                             {{4'999, gbp(250)}, {std::nullopt, gbp(0)}}};
    const settings::ShippingRate in_euro{
        "euro", "Euro", settings::Measure::kWeight, {{std::nullopt, tests::money(900, "EUR")}}};
    return {{{"Home", {"GB"}, {by_weight, by_subtotal, in_euro}},
             {"Europe", {"DE", "GB"}, {by_weight}}}};
}

std::vector<std::pair<std::string, std::int64_t>> offered(const Parcel& parcel) {
    const settings::Shipping document = shipping();
    std::vector<std::pair<std::string, std::int64_t>> options;
    for (const PricedOption& option : options_for(document, parcel))
        options.emplace_back(option.rate->id, option.price.minor_units);
    return options;
}

using Offers = std::vector<std::pair<std::string, std::int64_t>>;

TEST_CASE("a parcel's price is that of the first band it fits") {
    CHECK(offered({"GB", 0, gbp(0)}) == Offers{{"standard", 395}, {"free", 250}});
    CHECK(offered({"GB", 1'000, gbp(4'999)}) == Offers{{"standard", 395}, {"free", 250}});
    CHECK(offered({"GB", 1'001, gbp(5'000)}) == Offers{{"standard", 595}, {"free", 0}});
}

TEST_CASE("a parcel above the last band is not offered that option") {
    CHECK(offered({"GB", 5'001, gbp(100)}) == Offers{{"free", 250}});
    CHECK(offered({"DE", 5'001, gbp(100)}) == Offers{});
}

TEST_CASE("a country has the rates of the first zone that lists it, and others none") {
    CHECK(offered({"DE", 10, gbp(100)}) == Offers{{"standard", 395}});
    CHECK(offered({"FR", 10, gbp(100)}) == Offers{});
}

TEST_CASE("rates in another currency than the cart's are not offered") {
    CHECK(offered({"GB", 10, tests::money(100, "EUR")}) == Offers{{"euro", 900}});
    CHECK(offered({"DE", 10, tests::money(100, "EUR")}) == Offers{});
}

TEST_CASE("only what ships is weighed") {
    sale::Line box;
    box.ships = true;
    box.weight_g = 250;
    box.quantity = 4;
    sale::Line voucher;
    voucher.quantity = 1;
    CHECK(weight_of(std::vector{box, voucher, box}) == 2'000);
    CHECK(weight_of(std::vector{voucher}) == std::nullopt);
    CHECK(weight_of({}) == std::nullopt);
    box.weight_g = 0;
    CHECK(weight_of(std::vector{box}) == 0);
}

}  // namespace
}  // namespace shop::pricing
