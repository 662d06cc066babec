// Values that carts, checkouts, orders and credit notes share. All are copies taken at the moment
// of sale (title, SKU, price, tax, address): results are stored, recipes are not, and nothing here
// is computed anew on replay.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/sealed.hpp"
#include "core/base/time.hpp"

namespace shop::sale {

// A price below a minor unit: units / 10^scale of the currency's main unit. scale ≤ 6.
struct PrecisePrice {
    std::int64_t units = 0;
    std::int32_t scale = 0;
    bool operator==(const PrecisePrice&) const = default;
};
SHOP_DESCRIBE(PrecisePrice, units, scale)

struct UnitPrice {
    Money money;
    std::optional<PrecisePrice> precise;
    bool operator==(const UnitPrice&) const = default;
};
SHOP_DESCRIBE(UnitPrice, money, precise)

enum class LineKind { kItem, kShipping, kSurcharge, kVoucher, kAdjustment };
SHOP_DESCRIBE_ENUM(LineKind, kItem, kShipping, kSurcharge, kVoucher, kAdjustment)

enum class PriceSourceKind { kList, kTier, kAgreed, kOverride, kImport };
SHOP_DESCRIBE_ENUM(PriceSourceKind, kList, kTier, kAgreed, kOverride, kImport)

// Where a unit price came from: of a list's, the price key and the product's version it was read
// at. What whoever sells names is agreed, also in a sale of the past, of which the order says that
// it was imported; `kImport` is of a credit that an import tells of without the sale's line.
struct PriceSource {
    PriceSourceKind source = PriceSourceKind::kList;
    std::string key;
    std::uint64_t product_version = 0;
    bool operator==(const PriceSource&) const = default;
};
SHOP_DESCRIBE(PriceSource, source, key, product_version)

struct Discount {
    std::string source;
    std::string code;
    Money amount;
    bool operator==(const Discount&) const = default;
};
SHOP_DESCRIBE(Discount, source, code, amount)

// Tax of one rate on one base. rate is a decimal string ("0.2").
struct TaxLine {
    std::string jurisdiction;  // ISO 3166-1 country
    std::string tax_class;
    std::string rate;
    Money base;
    Money amount;
    std::string exempt_reason;
    bool operator==(const TaxLine&) const = default;
};
SHOP_DESCRIBE(TaxLine, jurisdiction, tax_class, rate, base, amount, exempt_reason)

// One line of a cart, checkout or order. Its id is minted once and kept from cart to return.
// quantity counts steps of `unit` (UN/ECE Recommendation 20; C62 = piece). gross = net + Σ tax.
struct Line {
    LineId line_id;
    LineKind kind = LineKind::kItem;
    ProductId product_id;
    VariantId variant_id;
    StockId stock_id;  // empty: not stocked
    std::string sku;
    std::string title;
    std::map<std::string, std::string> options;
    std::int64_t quantity = 0;
    std::string unit = "C62";
    std::optional<Money> list_price;
    UnitPrice unit_price;
    PriceSource price_source;
    std::string tax_class;
    std::vector<Discount> discounts;
    Money net;
    std::vector<TaxLine> tax;
    Money gross;
    bool ships = false;
    std::int64_t weight_g = 0;  // of one unit
    bool operator==(const Line&) const = default;
};
SHOP_DESCRIBE(Line, line_id, kind, product_id, variant_id, stock_id, sku, title, options, quantity,
              unit, list_price, unit_price, price_source, tax_class, discounts, net, tax, gross,
              ships, weight_g)

enum class RoundingAt { kLine, kUnit, kOrder };
SHOP_DESCRIBE_ENUM(RoundingAt, kLine, kUnit, kOrder)

// The rules a quote was made under.
struct Terms {
    Currency currency;
    std::int32_t exponent = 2;
    bool prices_include_tax = false;
    Rounding rounding = Rounding::kHalfUp;
    RoundingAt rounding_at = RoundingAt::kLine;
    std::uint64_t tax_version = 0;
    std::uint64_t shipping_version = 0;
    std::uint64_t promotion_version = 0;
    bool operator==(const Terms&) const = default;
};
SHOP_DESCRIBE(Terms, currency, exponent, prices_include_tax, rounding, rounding_at, tax_version,
              shipping_version, promotion_version)

// Sums of the lines by kind; total = what is to be paid. With prices_include_tax, items, shipping
// and surcharges include their tax.
struct Totals {
    Money items;
    Money discount;
    Money shipping;
    Money surcharges;
    Money tax;
    Money total;
    std::vector<TaxLine> tax_lines;
    bool operator==(const Totals&) const = default;
};
SHOP_DESCRIBE(Totals, items, discount, shipping, surcharges, tax, total, tax_lines)

// The buyer. `personal` seals {name, email, phone, company, vat_id}; without customer_id a guest.
struct Party {
    CustomerId customer_id;
    Sealed personal;
    bool operator==(const Party&) const = default;
};
SHOP_DESCRIBE(Party, customer_id, personal)

// Where goods or the invoice go. Country (ISO 3166-1 alpha-2) and postcode area are plain facts for
// tax, shipping and reports; `personal` seals {name, lines[], city, region, postal_code, phone}.
struct Address {
    std::string country;
    std::string postal_area;
    Sealed personal;
    bool operator==(const Address&) const = default;
};
SHOP_DESCRIBE(Address, country, postal_area, personal)

// The id of the same thing in another system.
struct External {
    std::string system;
    std::string id;
    bool operator==(const External&) const = default;
};
SHOP_DESCRIBE(External, system, id)

// The delivery a shopper chose, priced under one version of the shipping rules.
struct ShippingChoice {
    std::string option_id;
    std::string title;
    std::uint64_t rules_version = 0;
    Money price;
    bool operator==(const ShippingChoice&) const = default;
};
SHOP_DESCRIBE(ShippingChoice, option_id, title, rules_version, price)

}  // namespace shop::sale
