// The products of the demo's shop, made of what was sold in its year. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/demo/tables.hpp"
#include "api/demo/year/year_data.hpp"

namespace shop::demo {

// The last day whose sales count for the stock the shop opens with is the year's last; this many
// days up to it do.
inline constexpr std::string_view kLastDays = "2011-11-12 00:00";

// One that was never sold at a price is a draft: no price, and its code for a title if nobody wrote
// what it is.
struct DemoProduct {
    std::uint32_t sku = 0;  // its place in YearData::skus
    std::string code;
    std::string title;
    std::string slug;  // unique
    std::string category;
    std::string color;
    std::string material;
    std::int64_t price_milli = 0;  // the one most often asked
    std::int64_t stock = 0;        // sold in the last 28 days, at least 24; 0 for a draft
    bool is_draft = false;
};

// Those that were sold at a price, by code, then the drafts, by code.
std::vector<DemoProduct> demo_products(const YearData& year, const Tables& tables,
                                       const YearTables& words);

// 2100 → "2.1": as the data set writes prices.
std::string price_text(std::int64_t price_milli);

}  // namespace shop::demo
