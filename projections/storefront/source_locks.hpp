// Batches of different partitions are applied at the same moment, by different processes, in
// transactions that do not see each other. What the view joins of two partitions would then be made
// of what both were before: a product that is published while its stock comes in would be listed
// without it, for ever. So whoever writes one side of such a join keeps out who writes the other.
//
// There are two joins:
// - Goods: a listing says what can be ordered, of products (catalog) and stock (commerce). Batches
//   with products have it alone; those with stock share it, and lock the listings that two of them
//   may want (stock_rows.cpp).
// - Persons: an order has a hash of its buyer's e-mail address, until the customer is erased, whose
//   stream lives elsewhere. Batches with orders share it; those with an erasure have it alone.
#pragma once

#include <span>

#include "core/base/result.hpp"
#include "projections/projection.hpp"

namespace shop::projections::storefront {

// Waits for the locks that the records need; they are held until the transaction ends. Before
// anything is read.
Status lock_sources(postgres::Database& database, std::span<const ViewRecord> batch);
// Those of a batch with that record alone, …
Status lock_sources(postgres::Database& database, const Record& record);
// … or with some product.
Status lock_goods(postgres::Database& database);

}  // namespace shop::projections::storefront
