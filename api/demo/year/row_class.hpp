// What each row of the year is, and what becomes of it. Pure.
#pragma once

#include <string_view>

#include "api/demo/year/year_data.hpp"
#include "core/base/describe.hpp"

namespace shop::demo {

enum class RowClass {
    kGoods,            // sold at a price
    kFreeGoods,        // without a price, in a sale
    kShipping,         // a fee of a sale, at a price
    kSurcharge,        // likewise
    kVoucher,          // likewise
    kFreeFee,          // a fee without a price, in a sale
    kBadDebt,          // an adjustment in the shop's favor
    kBadDebtBack,      // one below 0
    kGift,             // goods to a known customer, nothing paid
    kStockUp,          // found
    kStockDown,        // gone
    kFeeWithoutPrice,  // alone: neither goods nor money
    kGoodsCredited,
    kFeeCredited,
};
SHOP_DESCRIBE_ENUM(RowClass, kGoods, kFreeGoods, kShipping, kSurcharge, kVoucher, kFreeFee,
                   kBadDebt, kBadDebtBack, kGift, kStockUp, kStockDown, kFeeWithoutPrice,
                   kGoodsCredited, kFeeCredited)
inline constexpr std::size_t kRowClasses = 14;

enum class Outcome { kAccepted, kRefused, kIgnored };
SHOP_DESCRIBE_ENUM(Outcome, kAccepted, kRefused, kIgnored)

struct ClassRule {
    std::string_view title;
    std::string_view record;  // the type of the record it is part of; empty: none
    Outcome outcome = Outcome::kAccepted;
    std::string_view code;  // why not, and what to call that
    std::string_view why;
};

RowClass class_of(const YearData& year, const YearDocument& document, const YearRow& row);
const ClassRule& rule_of(RowClass row_class);

// Units that the row brings into the stock, or takes out of it if below 0. What a customer sends
// back is taken to be good, and put back: nothing in the data says so.
std::int64_t stock_change_of(RowClass row_class, const YearRow& row);

// quantity × price in pence, rounded half up; of a credit below 0.
std::int64_t pence_of(const YearRow& row);

}  // namespace shop::demo
