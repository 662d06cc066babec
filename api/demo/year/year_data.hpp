// The year as it was recorded: the data set's three tables (demo/README.md) put together again,
// grouped into documents, read once. Plain values; some 15 MB.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "api/demo/year/year_tables.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop::demo {

// A stock code, in capitals: 85123a is 85123A. `fee`: it is no product, and makes such lines.
struct Sku {
    std::string code;
    std::optional<sale::LineKind> fee;
};

// A code with one of its descriptions, as it was written.
struct Good {
    std::uint32_t sku = 0;  // its place in YearData::skus
    std::string description;
};

struct YearRow {
    std::uint32_t number = 0;  // in the data set, the first being 1
    std::uint32_t good = 0;    // its place in YearData::goods
    std::int32_t quantity = 0;
    std::int64_t price_milli = 0;  // thousandths of a pound, of one
};

enum class DocumentKind {
    kSale,        // at least one row has a price
    kGift,        // to a known customer, none has a price
    kAdjustment,  // of nobody, none has a price: a stock count, and quantities are its changes
    kBadDebt,     // number begins with A
    kCredit,      // number begins with C; quantities are below 0
};

// All rows of one number, in the order of the data set; time and place are those of the first.
struct YearDocument {
    std::string number;
    DocumentKind kind = DocumentKind::kSale;
    Time at;
    std::uint32_t customer = 0;  // 0: a guest
    std::uint32_t country = 0;   // its place in YearData::countries
    std::vector<YearRow> rows;
};

struct YearData {
    std::vector<Sku> skus;  // by code
    std::vector<Good> goods;
    std::vector<std::string> countries;
    std::vector<YearDocument> documents;  // by time, those of one minute as the data set has them

    const Sku& sku_of(const YearRow& row) const { return skus[goods[row.good].sku]; }
    bool is_goods(const YearRow& row) const { return !sku_of(row).fee; }
};

// `demo` is the folder demo/ of the source tree. kUnavailable "no-demo-data"; kCorrupt
// "bad-demo-data".
Result<YearData> load_year(const std::filesystem::path& demo, const YearTables& tables);

}  // namespace shop::demo
