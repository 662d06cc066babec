// A line of a cart or an order for something the catalog has. Pure.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/sale/values.hpp"

namespace shop::catalog {

// A copy of what is sold, as it is sold now: all of a line but its id, quantity and prices. Digital
// goods have no stock.
sale::Line line_of(const CatalogProduct& product, const product::Variant& variant);

}  // namespace shop::catalog
