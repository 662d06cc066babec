// A simulated shop opens: its goods are in the catalog and on the shelves, and everybody comes.
#pragma once

namespace shop::simulation {

class World;

void populate(World& world);

}  // namespace shop::simulation
