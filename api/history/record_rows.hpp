// A product of another shop's history as what the import of products takes.
#pragma once

#include "api/history/history_records.hpp"
#include "api/import/product_rows.hpp"

namespace shop::history {

// A product that has no slug gets one of its title and SKU.
import::ProductRows rows_of(const Product& product, const Catalog& catalog, Time now);

}  // namespace shop::history
