// Staff at work in a simulated world, as long as there is chaos.
#pragma once

#include "events/task.hpp"

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
// Brings out a product of its own, under a slug and a SKU that others want too.
Task<bool> bring_out_product(World& world, int number);

}  // namespace shop::simulation
