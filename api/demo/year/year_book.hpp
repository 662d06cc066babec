// All that the year's records are made of: the data, and what its codes and words mean.
// Immutable once loaded.
#pragma once

#include <filesystem>
#include <vector>

#include "api/demo/demo_products.hpp"
#include "api/demo/year/year_data.hpp"
#include "api/history/history_records.hpp"

namespace shop::demo {

struct YearBook {
    YearTables words;
    YearData data;
    std::vector<DemoProduct> products;
    std::vector<std::string> titles;        // of each good
    std::vector<Destination> destinations;  // of each country of the data
    std::vector<std::uint32_t> customers;   // each once, ascending
};

// Errors: those of load_year(), Tables::load() and YearTables::load().
Result<YearBook> load_year_book(const std::filesystem::path& demo);

inline const Currency kPounds = *Currency::parse("GBP");

history::UnitPrice unit_price_of(std::int64_t price_milli);

// A sale, a gift or a bad debt. Each row is a line; its id is its place in the document, from 1.
// Words for where it went that are no country's are its note.
history::Order order_of(const YearBook& book, const YearDocument& document);

// The document's number, with the row's place (from 0) if it has several.
std::string adjustment_id_of(const YearDocument& document, std::size_t place);

std::vector<history::Adjustment> adjustments_of(const YearBook& book, const YearDocument& document);

}  // namespace shop::demo
