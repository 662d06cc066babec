// Who lives in a simulated world: shoppers, a clerk who moves stock and prices, owners who want the
// same name.
#pragma once

namespace shop::simulation {

class World;

// Fills the shelves and lets everybody begin.
void populate(World& world);

}  // namespace shop::simulation
