// What a record's members must be to each other, beyond the type and limit of each. Pure.
#pragma once

#include "api/history/history_records.hpp"
#include "core/json/decode.hpp"

namespace shop::history {

// Reports each member that is wrong, with what to do, at its place in the record. The members must
// be within their limits. That other records have what this one names (an order, a SKU) is checked
// by whoever has seen them.
void check_record(const HistoryRecord& record, json::Decoding& d);

// Up to kSystemMax letters, digits, dots, hyphens and underscores.
bool is_system_name(std::string_view name);
// What to say of another.
inline constexpr std::string_view kSystemNameHelp =
    "up to 60 letters, digits, dots, hyphens and underscores";

// quantity × unit_price in minor units, rounded half up. Both must be within their limits.
std::int64_t gross_of(const UnitPrice& unit_price, std::int64_t quantity, Currency currency);

}  // namespace shop::history
