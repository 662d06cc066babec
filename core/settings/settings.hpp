// The shop's settings: tax, shipping, and the store itself. Each is a stream of its own; an event
// holds the whole document and the moment from which it counts, and the document's version is the
// stream's. What was sold under a version keeps that version's number for ever.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::settings {

inline constexpr std::size_t kVersionsKept = 50;  // in the state; the log keeps all

// ---- Tax ----------------------------------------------------------------------------------------

// Rates of one country by tax class; a class that is not listed is taxed as "standard".
struct CountryTax {
    std::string country;                       // ISO 3166-1 alpha-2
    std::map<std::string, std::string> rates;  // class → decimal string, "0.2"
    bool operator==(const CountryTax&) const = default;
};
SHOP_DESCRIBE(CountryTax, country, rates)

// A country that is not listed is not taxed (exempt reason "export").
struct Tax {
    std::vector<std::string> classes;  // "standard" first
    std::vector<CountryTax> countries;
    Rounding rounding = Rounding::kHalfUp;
    sale::RoundingAt rounding_at = sale::RoundingAt::kLine;
    std::string shipping_class = "standard";
    bool operator==(const Tax&) const = default;
};
SHOP_DESCRIBE(Tax, classes, countries, rounding, rounding_at, shipping_class)

// ---- Shipping -----------------------------------------------------------------------------------

enum class Measure { kWeight, kSubtotal };
SHOP_DESCRIBE_ENUM(Measure, kWeight, kSubtotal)

// Up to and including `up_to` (grams, or minor units of the subtotal); none: no upper end.
struct Band {
    std::optional<std::int64_t> up_to;
    Money price;
    bool operator==(const Band&) const = default;
};
SHOP_DESCRIBE(Band, up_to, price)

// Above the last band the option is not offered.
struct ShippingRate {
    std::string id;  // of the option
    std::string title;
    Measure measure = Measure::kWeight;
    std::vector<Band> bands;  // rising
    bool operator==(const ShippingRate&) const = default;
};
SHOP_DESCRIBE(ShippingRate, id, title, measure, bands)

struct Zone {
    std::string name;
    std::vector<std::string> countries;
    std::vector<ShippingRate> rates;
    bool operator==(const Zone&) const = default;
};
SHOP_DESCRIBE(Zone, name, countries, rates)

// A country belongs to the first zone that lists it.
struct Shipping {
    std::vector<Zone> zones;
    bool operator==(const Shipping&) const = default;
};
SHOP_DESCRIBE(Shipping, zones)

// ---- Store --------------------------------------------------------------------------------------

struct Store {
    std::string name;
    Currency currency;
    std::string country;                 // where the shop is
    std::vector<std::string> countries;  // that it delivers to
    bool prices_include_tax = true;
    std::vector<std::string> providers;  // of payments
    std::string locale = "en-GB";
    bool operator==(const Store&) const = default;
};
SHOP_DESCRIBE(Store, name, currency, country, countries, prices_include_tax, providers, locale)

// ---- Events: stored for ever --------------------------------------------------------------------

struct TaxPublished {
    static constexpr std::string_view kType = "settings.tax_published";
    static constexpr int kSchema = 1;
    Tax document;
    Time effective_from;
    Reason reason;
    bool operator==(const TaxPublished&) const = default;
};
SHOP_DESCRIBE(TaxPublished, document, effective_from, reason)

struct ShippingPublished {
    static constexpr std::string_view kType = "settings.shipping_published";
    static constexpr int kSchema = 1;
    Shipping document;
    Time effective_from;
    Reason reason;
    bool operator==(const ShippingPublished&) const = default;
};
SHOP_DESCRIBE(ShippingPublished, document, effective_from, reason)

struct StorePublished {
    static constexpr std::string_view kType = "settings.store_published";
    static constexpr int kSchema = 1;
    Store document;
    Time effective_from;
    Reason reason;
    bool operator==(const StorePublished&) const = default;
};
SHOP_DESCRIBE(StorePublished, document, effective_from, reason)

using Event = std::variant<TaxPublished, ShippingPublished, StorePublished>;

// ---- State --------------------------------------------------------------------------------------

struct TaxVersion {
    std::uint64_t version = 0;
    Time effective_from;
    Tax document;
    bool operator==(const TaxVersion&) const = default;
};
SHOP_DESCRIBE(TaxVersion, version, effective_from, document)

struct ShippingVersion {
    std::uint64_t version = 0;
    Time effective_from;
    Shipping document;
    bool operator==(const ShippingVersion&) const = default;
};
SHOP_DESCRIBE(ShippingVersion, version, effective_from, document)

struct StoreVersion {
    std::uint64_t version = 0;
    Time effective_from;
    Store document;
    bool operator==(const StoreVersion&) const = default;
};
SHOP_DESCRIBE(StoreVersion, version, effective_from, document)

// One of the lists is filled, by the stream's kind; oldest version first.
struct State {
    std::uint64_t published = 0;  // versions so far
    std::vector<TaxVersion> tax;
    std::vector<ShippingVersion> shipping;
    std::vector<StoreVersion> store;
    bool operator==(const State&) const = default;
};
SHOP_DESCRIBE(State, published, tax, shipping, store)

void evolve(State&, const TaxPublished&, Time);
void evolve(State&, const ShippingPublished&, Time);
void evolve(State&, const StorePublished&, Time);

// The version that counts at `at`: the latest published of those whose time has come; nullptr if
// none has.
const TaxVersion* tax_at(const State& state, Time at);
const ShippingVersion* shipping_at(const State& state, Time at);
const StoreVersion* store_at(const State& state, Time at);

// ---- Commands -----------------------------------------------------------------------------------
// `effective_from` in the past means now. No event if the document that counts is the same.

struct PublishTax {
    static constexpr std::string_view kType = "PublishTax";
    Tax document;
    std::optional<Time> effective_from;
    Reason reason;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const;
    bool operator==(const PublishTax&) const = default;
};
SHOP_DESCRIBE(PublishTax, document, effective_from, reason, expected_version)

struct PublishShipping {
    static constexpr std::string_view kType = "PublishShipping";
    Shipping document;
    std::optional<Time> effective_from;
    Reason reason;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const;
    bool operator==(const PublishShipping&) const = default;
};
SHOP_DESCRIBE(PublishShipping, document, effective_from, reason, expected_version)

struct PublishStore {
    static constexpr std::string_view kType = "PublishStore";
    Store document;
    std::optional<Time> effective_from;
    Reason reason;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const;
    bool operator==(const PublishStore&) const = default;
};
SHOP_DESCRIBE(PublishStore, document, effective_from, reason, expected_version)

using Command = std::variant<PublishTax, PublishShipping, PublishStore>;

Result<Decision> decide(const PublishTax&, const Streams&, const Env&);
Result<Decision> decide(const PublishShipping&, const Streams&, const Env&);
Result<Decision> decide(const PublishStore&, const Streams&, const Env&);

// What a new shop starts with (defaults.cpp).
Tax default_tax();
Shipping default_shipping();
Store default_store();

SettingsId tax_stream();
SettingsId shipping_stream();
SettingsId store_stream();

}  // namespace shop::settings
