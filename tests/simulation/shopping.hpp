// A shopper's day in a simulated world.
#pragma once

#include "core/base/ids.hpp"
#include "events/task.hpp"

namespace shop::simulation {

class World;

// Fills a cart, changes it, pays once or twice, cancels, or goes away.
Task<bool> shop_around(World& world, int number);

// The cart of that shopper.
CartId cart_of(int number);

}  // namespace shop::simulation
