// What records of history move, in money and in goods; in a dry run, what they would move. Plain
// values; pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "api/history/history_records.hpp"
#include "core/base/describe.hpp"
#include "core/base/money.hpp"

namespace shop::history {

// Minor units of one currency. What a credit note gave back by other means than on the payments of
// its orders is part of credited alone.
struct MoneySums {
    Currency currency;
    std::int64_t sold = 0;      // what orders cost
    std::int64_t paid = 0;      // money that came in
    std::int64_t credited = 0;  // what credit notes and refunds come to
    std::int64_t refunded = 0;  // money that went back on payments
    bool operator==(const MoneySums&) const = default;
};
SHOP_DESCRIBE(MoneySums, currency, sold, paid, credited, refunded)

// As stock movements count them, but that what left is above 0 too.
struct UnitSums {
    std::int64_t received = 0;
    std::int64_t adjusted = 0;  // maybe below 0
    std::int64_t shipped = 0;
    std::int64_t restocked = 0;
    bool operator==(const UnitSums&) const = default;
};
SHOP_DESCRIBE(UnitSums, received, adjusted, shipped, restocked)

// Of one record. Without a currency it moves no money.
struct RecordSums {
    MoneySums money;
    UnitSums units;
    bool operator==(const RecordSums&) const = default;
};

struct Sums {
    std::vector<MoneySums> money;  // by currency
    UnitSums units;
    // Records that are in none of the sums: with them one would be larger than 64 bits can say.
    std::uint64_t left_out = 0;
    bool operator==(const Sums&) const = default;
    static constexpr std::string_view kSchemaName = "HistorySums";

    void add(const RecordSums& record);
};
SHOP_DESCRIBE(Sums, money, units, left_out)

// As the record tells it by itself. What it does not tell: the currency of a payment and a refund,
// which is that of their order, and what goes back on a credit note of several orders.
RecordSums sums_of(const HistoryRecord& record);

}  // namespace shop::history
