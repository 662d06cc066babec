// The books of a simulated world, once it has come to rest: what must be true whatever happened.
// Each broken sentence is a complaint to the world.
#pragma once

namespace shop::simulation {

class World;

void audit(World& world);

}  // namespace shop::simulation
