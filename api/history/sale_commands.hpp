// Sales and what follows from them as commands. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/history/history_records.hpp"
#include "core/checkout/checkout.hpp"
#include "core/order/order.hpp"

namespace shop {
class CatalogFold;
}

namespace shop::history {

// Of the records of one system: the same record has the same id for ever.
OrderId order_id_of(const std::string& system, const std::string& id);
CustomerId customer_id_of(const std::string& system, const std::string& id);

// What was charged is what is due: prices as agreed, and no tax told apart. An order that was paid
// whole when it was sold is placed with its payment, any other one on account.
checkout::PlaceOrder place_order_of(const Order& order, const std::string& system,
                                    const CatalogFold& catalog);
// What a payment is known by; of an order record, its n-th, from 1.
PaymentId payment_id_of(const Payment& payment, const std::string& system);
PaymentId payment_id_of(const Order& order, std::size_t n, const std::string& system);
// The payments that are recorded after it was placed.
std::vector<order::RecordPayment> payments_of(const Order& order, const std::string& system);
order::RecordPayment payment_of(const Payment& payment, const sale::External& external,
                                Currency currency);

// True if it has goods, which can leave the house.
bool has_goods(const Order& order);

}  // namespace shop::history
