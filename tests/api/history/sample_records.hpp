// Records of one mug at 12.50 EUR, for tests.
#pragma once

#include <string>

#include "api/history/history_records.hpp"

namespace shop::tests {

inline const Currency kEuro = *Currency::parse("EUR");
inline const Time kSoldAt = *parse_rfc3339("2024-03-01T09:30:00Z");

inline history::Product mug(bool publish = true) {
    return {.sku = "MUG", .title = "Mug", .publish = publish, .price = Money{1'250, kEuro}};
}

inline history::Receipt receipt_of(std::string id, std::int64_t quantity) {
    return {.id = std::move(id), .at = kSoldAt, .sku = "MUG", .quantity = quantity};
}

inline history::Adjustment adjustment_of(std::string id, std::int64_t delta) {
    return {.id = std::move(id), .at = kSoldAt, .sku = "MUG", .delta = delta};
}

// To the customer 77, paid and fulfilled.
inline history::Order sale_of(std::string id, std::int64_t quantity) {
    history::Order order{.id = std::move(id),
                         .at = kSoldAt,
                         .customer = "77",
                         .country = "DE",
                         .currency = kEuro,
                         .fulfilled = true};
    order.lines.push_back({.id = "1",
                           .sku = "MUG",
                           .title = "Mug",
                           .quantity = quantity,
                           .unit_price = {1'250, {}},
                           .gross = 1'250 * quantity});
    order.payments.push_back({.method = "card", .reference = order.id, .amount = 1'250 * quantity});
    return order;
}

// Refunded on the order's payment; the mugs come back.
inline history::CreditNote credit_of(std::string id, std::string order, std::string line,
                                     std::int64_t quantity) {
    history::CreditNote note{
        .id = std::move(id), .at = kSoldAt, .currency = kEuro, .reason = "broken"};
    note.lines.push_back({.sku = "MUG",
                          .title = "Mug",
                          .quantity = quantity,
                          .unit_price = {1'250, {}},
                          .gross = 1'250 * quantity,
                          .restock = true,
                          .order = order,
                          .order_line = std::move(line)});
    note.settle.push_back(
        {.by = history::SettledBy::kRefund, .amount = 1'250 * quantity, .order = std::move(order)});
    return note;
}

inline history::Payment payment_of(std::string id, std::string order, std::int64_t amount) {
    return {.id = id,
            .order = std::move(order),
            .at = kSoldAt,
            .amount = amount,
            .method = "transfer",
            .reference = id};
}

inline history::Refund refund_of(std::string id, std::string order, std::int64_t amount) {
    return {.id = std::move(id),
            .order = std::move(order),
            .at = kSoldAt,
            .amount = amount,
            .reason = "goodwill"};
}

}  // namespace shop::tests
