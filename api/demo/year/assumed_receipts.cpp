#include "api/demo/year/assumed_receipts.hpp"

#include <algorithm>

#include "api/demo/year/london_time.hpp"
#include "api/demo/year/row_class.hpp"

namespace shop::demo {
namespace {

// Of one stock code.
struct Flow {
    std::int64_t balance = 0;  // when the week began
    std::int64_t out = 0;      // in this week
    std::int64_t in = 0;
};

void end_week(Time week, std::vector<Flow>& flows, std::vector<AssumedReceipt>& receipts) {
    for (std::uint32_t sku = 0; sku < flows.size(); ++sku) {
        Flow& flow = flows[sku];
        const std::int64_t missing = std::max<std::int64_t>(0, flow.out - flow.balance);
        if (missing > 0) receipts.push_back({week, sku, missing});
        flow = {.balance = flow.balance + missing - flow.out + flow.in};
    }
}

}  // namespace

std::vector<AssumedReceipt> assumed_receipts(const YearData& year) {
    std::vector<Flow> flows(year.skus.size());
    std::vector<AssumedReceipt> receipts;
    Time week;
    for (const YearDocument& document : year.documents) {
        const Time its_week = london_week_of(document.at);
        if (its_week != week) end_week(week, flows, receipts);
        week = its_week;
        for (const YearRow& row : document.rows) {
            const std::int64_t change = stock_change_of(class_of(year, document, row), row);
            Flow& flow = flows[year.goods[row.good].sku];
            (change < 0 ? flow.out : flow.in) += std::abs(change);
        }
    }
    end_week(week, flows, receipts);
    return receipts;
}

}  // namespace shop::demo
