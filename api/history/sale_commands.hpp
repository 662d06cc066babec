// Sales and what follows from them as commands. Pure.
#pragma once

#include <string>

#include "api/history/history_records.hpp"
#include "core/checkout/checkout.hpp"

namespace shop {
class CatalogFold;
}

namespace shop::history {

// Of the records of one system: the same record has the same id for ever.
OrderId order_id_of(const std::string& system, const std::string& id);
CustomerId customer_id_of(const std::string& system, const std::string& id);

// What was charged is what is due: prices as agreed, and no tax told apart. kInvalid
// "paid-in-part" if its payments are not all of it, or none.
Result<checkout::PlaceOrder> place_order_of(const Order& order, const std::string& system,
                                            const CatalogFold& catalog);

// True if it has goods, which can leave the house.
bool has_goods(const Order& order);

}  // namespace shop::history
