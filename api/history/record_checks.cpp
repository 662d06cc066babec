#include "api/history/record_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "api/address_rules.hpp"

namespace shop::history {
namespace {

using json::Decoding;
using sale::LineKind;

constexpr std::int32_t kScaleMax = 6;

std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
}

// units / 10^scale main units, in minor ones.
std::int64_t in_minor_units(const sale::PrecisePrice& price, std::int64_t quantity,
                            Currency currency) {
    return multiply_divide(price.units * quantity, power_of_ten(currency.exponent()),
                           power_of_ten(price.scale), Rounding::kHalfUp);
}

void wrong_at(Decoding& d, std::string_view member, std::string_view detail) {
    const Decoding::Step step(d, member);
    d.wrong(detail);
}

void check_country(const std::optional<std::string>& country, Decoding& d) {
    if (country && api::find_address_rule(*country) == nullptr)
        wrong_at(d, "country",
                 "must be an ISO 3166-1 code of two letters such as GB; leave out what is none (a "
                 "customer has country_text for it)");
}

bool check_precise(const UnitPrice& price, Currency currency, Decoding& d) {
    const Decoding::Step step(d, "precise");
    const bool fits = price.precise->scale >= 0 && price.precise->scale <= kScaleMax &&
                      price.precise->units >= -kMoneyMax && price.precise->units <= kMoneyMax;
    if (!fits) {
        d.wrong(
            fmt::format("must have a scale from 0 to {} and units up to {}", kScaleMax, kMoneyMax));
        return false;
    }
    const std::int64_t rounded = in_minor_units(*price.precise, 1, currency);
    if (rounded != price.minor_units)
        d.wrong(fmt::format("is {} in minor units, but minor_units says {}; make them one price",
                            rounded, price.minor_units));
    return rounded == price.minor_units;
}

// What lines of orders and of credit notes have in common.
template <class L>
void check_line(const L& line, Currency currency, Decoding& d) {
    if (line.kind == LineKind::kItem && !line.sku)
        wrong_at(d, "sku", "is required for an item; other kinds of lines need none");
    if (line.kind != LineKind::kAdjustment && line.unit_price.minor_units < 0) {
        const Decoding::Step step(d, "unit_price");
        wrong_at(d, "minor_units",
                 "must not be below 0 but in a line of the kind adjustment; what was given back is "
                 "a credit_note");
    }
    if (line.unit_price.precise) {
        const Decoding::Step step(d, "unit_price");
        if (!check_precise(line.unit_price, currency, d)) return;
    }
    const std::int64_t gross = gross_of(line.unit_price, line.quantity, currency);
    if (gross != line.gross)
        wrong_at(d, "gross",
                 fmt::format("must be quantity × unit_price, which is {}; use unit_price.precise "
                             "for a price below a minor unit, and a line of the kind adjustment "
                             "for a discount",
                             gross));
}

// Calls check(element) for each, at its place in the member of that name.
template <class T, class F>
void check_each(std::string_view member, const std::vector<T>& elements, Decoding& d, F&& check) {
    const Decoding::Step step(d, member);
    std::size_t index = 0;
    for (const T& element : elements) {
        const Decoding::Step at(d, index++);
        check(element);
    }
}

template <class T>
std::int64_t sum_of(const std::vector<T>& elements, std::int64_t T::* amount) {
    std::int64_t sum = 0;
    for (const T& element : elements) sum += element.*amount;
    return sum;
}

void check(const Product& product, Decoding& d) {
    if (product.publish && !product.price)
        wrong_at(d, "price", "is required to publish a product; set publish to false for a draft");
    if (!product.price) return;
    if (product.price->minor_units < 0 || product.price->minor_units > kMoneyMax) {
        const Decoding::Step step(d, "price");
        wrong_at(d, "minor_units", fmt::format("must be between 0 and {}", kMoneyMax));
    }
}

void check(const Customer& customer, Decoding& d) {
    if (customer.email && !api::is_email(*customer.email))
        wrong_at(d, "email", "must be an e-mail address; leave it out if there is none");
    check_country(customer.country, d);
}

void check(const Receipt&, Decoding&) {}

void check(const Adjustment& adjustment, Decoding& d) {
    if (adjustment.delta == 0) wrong_at(d, "delta", "must not be 0; leave the record out");
}

void check(const Order& order, Decoding& d) {
    check_country(order.country, d);
    std::unordered_set<std::string_view> ids;
    check_each("lines", order.lines, d, [&](const OrderLine& line) {
        if (!ids.insert(line.id).second)
            wrong_at(d, "id", "is the id of an earlier line; number the lines");
        check_line(line, order.currency, d);
    });
    if (sum_of(order.lines, &OrderLine::gross) < 0)
        wrong_at(d, "lines", "add up to less than 0, which is no sale; send a credit_note");
}

void check(const CreditNote& note, Decoding& d) {
    check_each("lines", note.lines, d, [&](const CreditLine& line) {
        check_line(line, note.currency, d);
        if (line.restock && line.kind != LineKind::kItem)
            wrong_at(d, "restock", "must be false but for an item");
        if (line.order_line && !line.order)
            wrong_at(d, "order", "is required with order_line: whose line is it?");
        if (line.order_amount && !line.order_line)
            wrong_at(d, "order_line", "is required with order_amount: which line is it?");
        if (line.order_amount && *line.order_amount > line.gross)
            wrong_at(d, "order_amount", "must not be more than gross");
    });
    check_each("settle", note.settle, d, [&](const Settlement& settlement) {
        if (settlement.by == SettledBy::kRefund && !settlement.order)
            wrong_at(d, "order", "is required for a refund: on whose payment was it?");
    });
    const std::int64_t total = sum_of(note.lines, &CreditLine::gross);
    const std::int64_t settled = sum_of(note.settle, &Settlement::amount);
    if (settled > total)
        wrong_at(d, "settle",
                 fmt::format("adds up to {}, more than the lines, which are {}", settled, total));
}

void check(const Payment&, Decoding&) {}

void check(const Refund& refund, Decoding& d) {
    if (!refund.lines) return;
    const std::int64_t sum = sum_of(*refund.lines, &RefundLine::amount);
    if (sum > refund.amount)
        wrong_at(d, "lines", fmt::format("add up to {}, more than the amount", sum));
}

}  // namespace

bool is_system_name(std::string_view name) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    return !name.empty() && name.size() <= kSystemMax && std::ranges::all_of(name, is_plain);
}

std::int64_t gross_of(const UnitPrice& unit_price, std::int64_t quantity, Currency currency) {
    return unit_price.precise ? in_minor_units(*unit_price.precise, quantity, currency)
                              : unit_price.minor_units * quantity;
}

void check_record(const HistoryRecord& record, json::Decoding& d) {
    std::visit([&](const auto& held) { check(held, d); }, record);
}

}  // namespace shop::history
