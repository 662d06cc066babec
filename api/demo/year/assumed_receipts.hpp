// The data set has no deliveries. So that goods are there when they are sold, each week begins with
// receipts that are assumed: per stock code the least that keeps the balance at 0 or above even if
// in that week all goes out before anything comes in. Documents of one week can therefore be
// submitted in any order in which what comes in (credit notes, finds) goes behind what goes out.
//
// Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "api/demo/year/year_data.hpp"

namespace shop::demo {

struct AssumedReceipt {
    Time at;  // the week's beginning
    std::uint32_t sku = 0;
    std::int64_t quantity = 0;
    bool operator==(const AssumedReceipt&) const = default;
};

// By week, then by code.
std::vector<AssumedReceipt> assumed_receipts(const YearData& year);

}  // namespace shop::demo
