// Where random numbers begin that need not be secret.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "core/base/digest.hpp"

namespace shop::api {

inline std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    const std::string bytes = random_bytes(sizeof seed);
    std::memcpy(&seed, bytes.data(), sizeof seed);
    return seed;
}

}  // namespace shop::api
