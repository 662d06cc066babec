// What another shop system knows of its past, as records of one documented format
// (docs/how-to/import-history.md, docs/history.schema.json): products, customers, stock movements,
// orders, credit notes, payments, refunds. A file holds one record a line, as JSON, in the order in
// which things happened:
//
//   {"type":"order","id":"1001","at":"2024-03-01T09:30:00Z","currency":"EUR",…}
//
// Ids are the other system's, unique per type. Amounts are minor units of the record's currency
// (1999 is 19.99 EUR). Taxes are not told apart: prices are what was charged. A member that is an
// optional may be left out; nothing else may, and nothing else is taken.
//
// Read and written by record_text.hpp; what a record's members must be to each other is checked by
// record_checks.hpp. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http/limits.hpp"
#include "core/base/describe.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/sale/values.hpp"
#include "core/stock/stock.hpp"

namespace shop::history {

// What the other system is called; is_system_name() in record_checks.hpp.
inline constexpr std::int64_t kSystemMax = 60;
inline constexpr std::string_view kSystemPattern = "^[A-Za-z0-9._-]+$";

inline constexpr std::int64_t kIdMax = 64;  // of an id, a SKU, a code: characters
inline constexpr std::int64_t kTitleMax = 200;
inline constexpr std::int64_t kNoteMax = 2'000;
inline constexpr std::int64_t kLinesMax = 1'200;
inline constexpr std::int64_t kPaymentsMax = 100;
inline constexpr std::int64_t kQuantityMax = 1'000'000;

namespace limits {

using http::Limit;

constexpr Limit id(std::string_view member) {
    return {.member = member, .min = 1, .max = kIdMax};
}
constexpr Limit title(std::string_view member) {
    return {.member = member, .min = 1, .max = kTitleMax};
}
constexpr Limit note(std::string_view member) {
    return {.member = member, .max = kNoteMax};
}
constexpr Limit country() {
    return {.member = "country", .min = 2, .max = 2, .pattern = "^[A-Z]{2}$"};
}
constexpr Limit quantity() {
    return {.member = "quantity", .min = 1, .max = kQuantityMax};
}
constexpr Limit lines(std::int64_t min) {
    return {.member = "lines", .min = min, .max = kLinesMax};
}
// An amount of money that is told only if there is any.
constexpr Limit amount() {
    return {.member = "amount", .min = 1, .max = kMoneyMax};
}
// One that may be nothing, or below it.
constexpr Limit any_amount(std::string_view member) {
    return {.member = member, .min = -kMoneyMax, .max = kMoneyMax};
}

}  // namespace limits

// ---- Who and what -------------------------------------------------------------------------------

// category: "Kitchen > Mugs". Without `publish` the product stays a draft that nobody can buy.
struct Product {
    static constexpr std::string_view kName = "product";
    std::string sku;
    std::string title;
    bool publish = false;
    std::optional<Money> price;
    std::optional<std::string> slug;
    std::optional<std::string> description;
    std::optional<std::string> category;
    std::optional<std::string> tax_class;
    std::optional<std::int64_t> weight_g;
    std::optional<std::string> barcode;
    std::optional<std::string> color;
    std::optional<std::string> material;
    bool operator==(const Product&) const = default;
    static constexpr std::array kLimits = {
        limits::id("sku"),
        limits::title("title"),
        limits::title("slug"),
        http::Limit{.member = "description", .max = 10'000},
        limits::title("category"),
        limits::id("tax_class"),
        http::Limit{.member = "weight_g", .min = 0, .max = 1'000'000'000},
        limits::id("barcode"),
        limits::id("color"),
        limits::id("material")};
};
SHOP_DESCRIBE(Product, sku, title, publish, price, slug, description, category, tax_class, weight_g,
              barcode, color, material)

// country is an ISO 3166-1 code; country_text what the other system wrote, where it is no country.
struct Customer {
    static constexpr std::string_view kName = "customer";
    std::string id;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::optional<std::string> company;
    std::optional<std::string> country;
    std::optional<std::string> country_text;
    bool operator==(const Customer&) const = default;
    static constexpr std::array kLimits = {
        limits::id("id"),
        limits::title("name"),
        http::Limit{.member = "email", .min = 3, .max = 254, .format = "email"},
        http::Limit{.member = "phone", .min = 5, .max = 32},
        limits::title("company"),
        limits::country(),
        limits::title("country_text")};
};
SHOP_DESCRIBE(Customer, id, name, email, phone, company, country, country_text)

// ---- Stock --------------------------------------------------------------------------------------

struct Receipt {
    static constexpr std::string_view kName = "receipt";
    std::string id;
    Time at;
    std::string sku;
    std::int64_t quantity = 0;
    stock::ReceiveReason reason = stock::ReceiveReason::kPurchase;
    std::optional<std::string> reference;
    bool operator==(const Receipt&) const = default;
    static constexpr std::array kLimits = {limits::id("id"), limits::id("sku"), limits::quantity(),
                                           limits::title("reference")};
};
SHOP_DESCRIBE(Receipt, id, at, sku, quantity, reason, reference)

// What a count, a breakage or a find changed.
struct Adjustment {
    static constexpr std::string_view kName = "adjustment";
    std::string id;
    Time at;
    std::string sku;
    std::int64_t delta = 0;
    stock::AdjustReason reason = stock::AdjustReason::kUnknown;
    std::optional<std::string> note;
    bool operator==(const Adjustment&) const = default;
    static constexpr std::array kLimits = {
        limits::id("id"), limits::id("sku"),
        http::Limit{.member = "delta", .min = -kQuantityMax, .max = kQuantityMax},
        limits::note("note")};
};
SHOP_DESCRIBE(Adjustment, id, at, sku, delta, reason, note)

// ---- Sales --------------------------------------------------------------------------------------

// `precise` is the price where it has more digits than the currency: 0.001 is
// {"units":1,"scale":3}.
struct UnitPrice {
    std::int64_t minor_units = 0;
    std::optional<sale::PrecisePrice> precise;
    bool operator==(const UnitPrice&) const = default;
    static constexpr std::array kLimits = {limits::any_amount("minor_units")};
};
SHOP_DESCRIBE(UnitPrice, minor_units, precise)

// gross = quantity × unit_price, rounded half up. Only an adjustment may have a price below 0: what
// was taken off the whole order.
struct OrderLine {
    std::string id;  // unique in the order
    sale::LineKind kind = sale::LineKind::kItem;
    std::optional<std::string> sku;
    std::string title;
    std::int64_t quantity = 0;
    UnitPrice unit_price;
    std::int64_t gross = 0;
    bool operator==(const OrderLine&) const = default;
    static constexpr std::array kLimits = {limits::id("id"), limits::id("sku"),
                                           limits::title("title"), limits::quantity(),
                                           limits::any_amount("gross")};
};
SHOP_DESCRIBE(OrderLine, id, kind, sku, title, quantity, unit_price, gross)

// Money that moved outside of this shop: nothing is asked of any provider for it.
enum class Provider { kOffline };
SHOP_DESCRIBE_ENUM(Provider, kOffline)

// Captured with the order, unless `at` tells when.
struct OrderPayment {
    Provider provider = Provider::kOffline;
    std::string method;  // "invoice", "card", "cash", …
    std::string reference;
    std::int64_t amount = 0;
    std::optional<Time> at;
    bool operator==(const OrderPayment&) const = default;
    static constexpr std::array kLimits = {limits::id("method"), limits::title("reference"),
                                           limits::amount()};
};
SHOP_DESCRIBE(OrderPayment, provider, method, reference, amount, at)

// Without a customer it was a guest's. `country`: where it went, if that is known. `fulfilled`: its
// goods left the stock. `note`: for staff; it may name persons.
struct Order {
    static constexpr std::string_view kName = "order";
    std::string id;
    Time at;
    std::optional<std::string> customer;
    std::optional<std::string> country;
    Currency currency;
    std::vector<OrderLine> lines;
    std::vector<OrderPayment> payments;
    bool fulfilled = false;
    std::optional<std::string> note;
    bool operator==(const Order&) const = default;
    static constexpr std::array kLimits = {limits::id("id"),
                                           limits::id("customer"),
                                           limits::country(),
                                           limits::lines(1),
                                           http::Limit{.member = "payments", .max = kPaymentsMax},
                                           limits::note("note")};
};
SHOP_DESCRIBE(Order, id, at, customer, country, currency, lines, payments, fulfilled, note)

// What is credited: amounts above 0. `order` and `order_line` name what it was sold as, if that is
// known; order_amount how much of the gross that line is credited with, if not all: never more than
// was paid for it. matched_by: how the line was found, if the other system did not say it.
struct CreditLine {
    sale::LineKind kind = sale::LineKind::kItem;
    std::optional<std::string> sku;
    std::string title;
    std::int64_t quantity = 0;
    UnitPrice unit_price;
    std::int64_t gross = 0;
    bool restock = false;
    std::optional<std::string> order;
    std::optional<std::string> order_line;
    std::optional<std::int64_t> order_amount;
    std::optional<std::string> matched_by;
    bool operator==(const CreditLine&) const = default;
    static constexpr std::array kLimits = {
        limits::id("sku"),       limits::title("title"),
        limits::quantity(),      http::Limit{.member = "gross", .min = 0, .max = kMoneyMax},
        limits::id("order"),     limits::id("order_line"),
        limits::id("matched_by")};
};
SHOP_DESCRIBE(CreditLine, kind, sku, title, quantity, unit_price, gross, restock, order, order_line,
              order_amount, matched_by)

// refund: on the payment of `order`. offline: paid by other means. offset: set off against what is
// owed. store_credit: kept for a later order.
enum class SettledBy { kRefund, kOffline, kOffset, kStoreCredit };
SHOP_DESCRIBE_ENUM(SettledBy, kRefund, kOffline, kOffset, kStoreCredit)

struct Settlement {
    SettledBy by = SettledBy::kOffline;
    std::int64_t amount = 0;
    std::optional<std::string> order;
    bool operator==(const Settlement&) const = default;
    static constexpr std::array kLimits = {limits::amount(), limits::id("order")};
};
SHOP_DESCRIBE(Settlement, by, amount, order)

// `reverses` names an order all of whose lines this note takes back.
struct CreditNote {
    static constexpr std::string_view kName = "credit_note";
    std::string id;
    Time at;
    std::optional<std::string> customer;
    Currency currency;
    std::string reason;
    std::vector<CreditLine> lines;
    std::vector<Settlement> settle;
    std::optional<std::string> reverses;
    bool operator==(const CreditNote&) const = default;
    static constexpr std::array kLimits = {limits::id("id"),
                                           limits::id("customer"),
                                           limits::title("reason"),
                                           limits::lines(1),
                                           http::Limit{.member = "settle", .max = kLinesMax},
                                           limits::id("reverses")};
};
SHOP_DESCRIBE(CreditNote, id, at, customer, currency, reason, lines, settle, reverses)

// ---- Money apart from its documents -------------------------------------------------------------
// For systems whose export has payments and refunds of their own. In the currency of the order.

struct Payment {
    static constexpr std::string_view kName = "payment";
    std::string id;
    std::string order;
    Time at;
    std::int64_t amount = 0;
    std::string method;
    std::string reference;
    bool operator==(const Payment&) const = default;
    static constexpr std::array kLimits = {limits::id("id"), limits::id("order"), limits::amount(),
                                           limits::id("method"), limits::title("reference")};
};
SHOP_DESCRIBE(Payment, id, order, at, amount, method, reference)

struct RefundLine {
    std::string order_line;
    std::int64_t quantity = 0;
    std::int64_t amount = 0;
    bool restock = false;
    bool operator==(const RefundLine&) const = default;
    static constexpr std::array kLimits = {
        limits::id("order_line"), limits::quantity(),
        http::Limit{.member = "amount", .min = 0, .max = kMoneyMax}};
};
SHOP_DESCRIBE(RefundLine, order_line, quantity, amount, restock)

// What the lines do not make up of the amount is a refund of no line: goodwill, or shipping.
struct Refund {
    static constexpr std::string_view kName = "refund";
    std::string id;
    std::string order;
    Time at;
    std::int64_t amount = 0;
    std::string reason;
    std::optional<std::vector<RefundLine>> lines;
    bool operator==(const Refund&) const = default;
    static constexpr std::array kLimits = {limits::id("id"), limits::id("order"), limits::amount(),
                                           limits::title("reason"), limits::lines(0)};
};
SHOP_DESCRIBE(Refund, id, order, at, amount, reason, lines)

using HistoryRecord =
    std::variant<Product, Customer, Receipt, Adjustment, Order, CreditNote, Payment, Refund>;

}  // namespace shop::history
