// A fingerprint of all that happened in a simulated world: two runs of one seed have the same one.
#pragma once

#include <string>

namespace shop::simulation {

class World;

// Over every entry of the log, every answer and every read, with their times. After run().
std::string digest_of(World& world);

}  // namespace shop::simulation
