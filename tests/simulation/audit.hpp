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
// No penny and no unit is lost or made, and no credit note is without its number.
void audit_sales(World& world, const Folded& folded);
// Who was erased is forgotten.
void audit_personal(World& world, const Folded& folded);

}  // namespace shop::simulation
