// The books of a simulated world, once it has come to rest: what must be true whatever happened.
// Each broken sentence is a complaint to the world.
#pragma once

namespace shop::simulation {

class World;
struct Folded;

void audit(World& world);

// ---- Its parts that have sources of their own ---------------------------------------------------
// Who owns which name, and what everybody knows of the products.
void audit_catalog(World& world, const Folded& folded);
// Nobody pays what the catalog did not say.
void audit_prices(World& world, const Folded& folded);

}  // namespace shop::simulation
