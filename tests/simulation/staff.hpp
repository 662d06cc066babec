// Staff at work in a simulated world, as long as there is chaos.
#pragma once

#include "core/base/ids.hpp"
#include "events/task.hpp"
#include "tests/simulation/dice.hpp"

namespace shop::simulation {

class World;

// Goods arrive, and are counted.
Task<bool> keep_stock(World& world);
// The shop's own goods change price and name, leave the shelves and come back.
Task<bool> keep_assortment(World& world);
// Categories are made, moved and removed; goods are put into them.
Task<bool> keep_categories(World& world);
// Orders are canceled, paid ones too, whatever their shoppers do to them at that moment.
Task<bool> keep_orders(World& world);
// … they leave in parts, and arrive or do not (after_sales.cpp).
Task<bool> ship_orders(World& world);
// … they are put on hold; some of their units are canceled, credited, and come back.
Task<bool> care_for_orders(World& world);
// Refunds that the provider refused are asked for again, and, once it is calm, given back by other
// means, until nothing is owed any more.
Task<bool> settle_refunds(World& world);
// Sells by phone, until that order is placed or somebody gives up: for guests and customers, under
// one number, whoever it was tried for before (by_phone.cpp).
inline constexpr int kPhoneOrders = 3;
OrderId phone_order(int number);
Task<bool> sell_by_phone(World& world, int number);
// Customers become known, orders of guests theirs (customers.cpp).
Task<bool> keep_customers(World& world);
CustomerId any_customer(Dice& dice);
// … until they want to be forgotten.
Task<bool> forget_customers(World& world);
// Notes are written about orders.
Task<bool> write_notes(World& world);
// Brings out a product of its own, under a slug and a SKU that others want too.
Task<bool> bring_out_product(World& world, int number);

}  // namespace shop::simulation
