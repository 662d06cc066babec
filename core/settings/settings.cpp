#include "core/settings/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/catalog/rules.hpp"
#include "core/decision.hpp"

namespace shop::settings {
namespace {

constexpr std::size_t kZonesMax = 100;
constexpr std::size_t kRatesMax = 50;
constexpr std::size_t kNameMax = 120;
constexpr std::size_t kCountriesMax = 260;

bool is_country_code(std::string_view text) {
    return text.size() == 2 &&
           std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

template <class Version>
const Version* at_time(const std::vector<Version>& versions, Time at) {
    const auto found =
        std::ranges::find_if(versions.rbegin(), versions.rend(),
                             [&](const Version& version) { return version.effective_from <= at; });
    return found == versions.rend() ? nullptr : &*found;
}

template <class Version, class Event>
void add_version(State& state, std::vector<Version>& versions, const Event& event) {
    versions.push_back({++state.published, event.effective_from, event.document});
    if (versions.size() > kVersionsKept) versions.erase(versions.begin());
}

// Publishes `document` unless it already counts.
template <class Event, class Command, class Version>
Result<Decision> publish(const Command& command, const std::vector<Version> State::* versions,
                         const Streams& streams, const Env& env) {
    SHOP_TRY_STATUS(
        catalog::require_version(command.expected_version, streams.version_of(command.target())));
    Decision decision;
    const Time from = std::max(command.effective_from.value_or(env.now), env.now);
    const State* state = streams.find<State>(command.target());
    if (state != nullptr && !(state->*versions).empty()) {
        const Version& latest = (state->*versions).back();
        if (latest.document == command.document && latest.effective_from <= from) return decision;
    }
    decision.add(command.target(), Event{command.document, from, command.reason});
    return decision;
}

void check_country(catalog::Checks& checks, const std::string& pointer, std::string_view code) {
    checks.require(is_country_code(code), pointer, "must be an ISO 3166-1 code of two capitals");
}

void check_rate(catalog::Checks& checks, const std::string& pointer, const ShippingRate& rate) {
    checks.slug(pointer + "/id", rate.id, kNameMax);
    checks.text(pointer + "/title", rate.title, 1, kNameMax);
    checks.require(!rate.bands.empty() && rate.bands.size() <= kRatesMax, pointer + "/bands",
                   "must have 1 to 50 bands");
    std::int64_t last = -1;
    for (std::size_t i = 0; i < rate.bands.size(); ++i) {
        const Band& band = rate.bands[i];
        const std::string at = fmt::format("{}/bands/{}", pointer, i);
        checks.number(at + "/price/minor_units", band.price.minor_units, 0, kMoneyMax);
        checks.require(Currency::parse(band.price.currency.view()).has_value(),
                       at + "/price/currency", "must be an ISO 4217 code");
        const bool is_last = i + 1 == rate.bands.size();
        checks.require(band.up_to ? *band.up_to > last : is_last, at + "/up_to",
                       "must rise from band to band; only the last may be open");
        last = band.up_to.value_or(last);
    }
}

}  // namespace

void evolve(State& state, const TaxPublished& event, Time) {
    add_version(state, state.tax, event);
}
void evolve(State& state, const ShippingPublished& event, Time) {
    add_version(state, state.shipping, event);
}
void evolve(State& state, const StorePublished& event, Time) {
    add_version(state, state.store, event);
}

const TaxVersion* tax_at(const State& state, Time at) {
    return at_time(state.tax, at);
}
const ShippingVersion* shipping_at(const State& state, Time at) {
    return at_time(state.shipping, at);
}
const StoreVersion* store_at(const State& state, Time at) {
    return at_time(state.store, at);
}

Result<Decision> decide(const PublishTax& command, const Streams& streams, const Env& env) {
    const Tax& tax = command.document;
    catalog::Checks checks;
    checks.require(!tax.classes.empty() && tax.classes.size() <= kRatesMax &&
                       tax.classes.front() == "standard",
                   "/classes", "must begin with \"standard\", and have at most 50 entries");
    for (std::size_t i = 0; i < tax.classes.size(); ++i)
        checks.slug(fmt::format("/classes/{}", i), tax.classes[i], kNameMax);
    checks.require(std::ranges::count(tax.classes, tax.shipping_class) == 1, "/shipping_class",
                   "must be one of the classes");
    checks.require(tax.countries.size() <= kCountriesMax, "/countries", "has too many entries");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < tax.countries.size(); ++i) {
        const CountryTax& country = tax.countries[i];
        const std::string at = fmt::format("/countries/{}", i);
        check_country(checks, at + "/country", country.country);
        checks.require(seen.insert(country.country).second, at + "/country", "is listed twice");
        checks.require(country.rates.contains("standard"), at + "/rates",
                       "must have a rate for \"standard\"");
        for (const auto& [tax_class, rate] : country.rates) {
            const std::string pointer = at + "/rates/" + tax_class;
            checks.require(std::ranges::count(tax.classes, tax_class) == 1, pointer,
                           "must be one of the classes");
            checks.require(parse_rate_ppm(rate).has_value(), pointer,
                           "must be a decimal rate like \"0.2\", at most six decimals");
        }
    }
    SHOP_TRY_STATUS(checks.result());
    return publish<TaxPublished>(command, &State::tax, streams, env);
}

Result<Decision> decide(const PublishShipping& command, const Streams& streams, const Env& env) {
    catalog::Checks checks;
    const Shipping& shipping = command.document;
    checks.require(shipping.zones.size() <= kZonesMax, "/zones", "must have at most 100 zones");
    for (std::size_t z = 0; z < shipping.zones.size(); ++z) {
        const Zone& zone = shipping.zones[z];
        const std::string at = fmt::format("/zones/{}", z);
        checks.text(at + "/name", zone.name, 1, kNameMax);
        checks.require(zone.countries.size() <= kCountriesMax, at + "/countries",
                       "has too many entries");
        for (std::size_t i = 0; i < zone.countries.size(); ++i)
            check_country(checks, fmt::format("{}/countries/{}", at, i), zone.countries[i]);
        checks.require(zone.rates.size() <= kRatesMax, at + "/rates", "must have at most 50 rates");
        std::set<std::string> ids;
        for (std::size_t r = 0; r < zone.rates.size(); ++r) {
            const std::string rate_at = fmt::format("{}/rates/{}", at, r);
            check_rate(checks, rate_at, zone.rates[r]);
            checks.require(ids.insert(zone.rates[r].id).second, rate_at + "/id",
                           "must be another one than those of the zone's other rates");
        }
    }
    SHOP_TRY_STATUS(checks.result());
    return publish<ShippingPublished>(command, &State::shipping, streams, env);
}

Result<Decision> decide(const PublishStore& command, const Streams& streams, const Env& env) {
    const Store& store = command.document;
    catalog::Checks checks;
    checks.text("/name", store.name, 1, kNameMax);
    checks.require(Currency::parse(store.currency.view()).has_value(), "/currency",
                   "must be an ISO 4217 code");
    check_country(checks, "/country", store.country);
    checks.require(!store.countries.empty() && store.countries.size() <= kCountriesMax,
                   "/countries", "must list the countries that the shop delivers to");
    for (std::size_t i = 0; i < store.countries.size(); ++i)
        check_country(checks, fmt::format("/countries/{}", i), store.countries[i]);
    for (std::size_t i = 0; i < store.providers.size(); ++i)
        checks.slug(fmt::format("/providers/{}", i), store.providers[i], kNameMax);
    checks.text("/locale", store.locale, 2, 35);
    SHOP_TRY_STATUS(checks.result());
    return publish<StorePublished>(command, &State::store, streams, env);
}

SettingsId tax_stream() {
    return SettingsId::derive({"settings", "tax"});
}
SettingsId shipping_stream() {
    return SettingsId::derive({"settings", "shipping"});
}
SettingsId store_stream() {
    return SettingsId::derive({"settings", "store"});
}
StreamId PublishTax::target() const {
    return tax_stream();
}
StreamId PublishShipping::target() const {
    return shipping_stream();
}
StreamId PublishStore::target() const {
    return store_stream();
}

}  // namespace shop::settings
