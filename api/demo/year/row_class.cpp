#include "api/demo/year/row_class.hpp"

#include <array>

#include "core/base/assert.hpp"

namespace shop::demo {
namespace {

using sale::LineKind;

constexpr std::array<ClassRule, kRowClasses> kRules = {{
    {"goods sold", "order", Outcome::kAccepted, "", ""},
    {"goods for nothing in a sale", "order", Outcome::kAccepted, "", ""},
    {"postage", "order", Outcome::kAccepted, "", ""},
    {"surcharges", "order", Outcome::kAccepted, "", ""},
    {"vouchers sold", "order", Outcome::kAccepted, "", ""},
    {"fees for nothing in a sale", "order", Outcome::kAccepted, "", ""},
    {"bad debt, in", "order", Outcome::kAccepted, "", ""},
    {"bad debt, out", "", Outcome::kRefused, "negative-price",
     "negative price: bad debt is not a sale"},
    {"gifts to customers", "order", Outcome::kAccepted, "", ""},
    {"stock found", "adjustment", Outcome::kAccepted, "", ""},
    {"stock gone", "adjustment", Outcome::kAccepted, "", ""},
    {"fees without price or sale", "", Outcome::kIgnored, "nothing-happened",
     "a fee without a price is neither goods nor money"},
    {"goods credited", "credit_note", Outcome::kAccepted, "", ""},
    {"fees credited", "credit_note", Outcome::kAccepted, "", ""},
}};

RowClass class_of_fee(LineKind kind) {
    if (kind == LineKind::kShipping) return RowClass::kShipping;
    if (kind == LineKind::kVoucher) return RowClass::kVoucher;
    return RowClass::kSurcharge;
}

}  // namespace

RowClass class_of(const YearData& year, const YearDocument& document, const YearRow& row) {
    const auto& fee = year.sku_of(row).fee;
    const bool has_price = row.price_milli != 0;
    switch (document.kind) {
        case DocumentKind::kSale:
            if (fee) return has_price ? class_of_fee(*fee) : RowClass::kFreeFee;
            return has_price ? RowClass::kGoods : RowClass::kFreeGoods;
        case DocumentKind::kGift:
            return fee ? RowClass::kFeeWithoutPrice : RowClass::kGift;
        case DocumentKind::kAdjustment:
            if (fee) return RowClass::kFeeWithoutPrice;
            return row.quantity > 0 ? RowClass::kStockUp : RowClass::kStockDown;
        case DocumentKind::kBadDebt:
            return row.price_milli > 0 ? RowClass::kBadDebt : RowClass::kBadDebtBack;
        case DocumentKind::kCredit:
            return fee ? RowClass::kFeeCredited : RowClass::kGoodsCredited;
    }
    SHOP_ASSERT(false);
}

const ClassRule& rule_of(RowClass row_class) {
    return kRules.at(static_cast<std::size_t>(row_class));
}

std::int64_t stock_change_of(RowClass row_class, const YearRow& row) {
    switch (row_class) {
        case RowClass::kGoods:
        case RowClass::kFreeGoods:
        case RowClass::kGift:
        case RowClass::kGoodsCredited:
            return -row.quantity;
        case RowClass::kStockUp:
        case RowClass::kStockDown:
            return row.quantity;
        default:
            return 0;
    }
}

std::int64_t pence_of(const YearRow& row) {
    return multiply_divide(row.price_milli, row.quantity, 10, Rounding::kHalfUp);
}

}  // namespace shop::demo
