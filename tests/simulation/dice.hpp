// The one source of chance of a simulated world.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "core/base/time.hpp"

namespace shop::simulation {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}

    std::uint64_t next() { return random_(); }
    // 0 … n − 1.
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
    bool chance(int per_mille) { return static_cast<int>(random_() % 1000) < per_mille; }
    Duration between(Duration least, Duration most) {
        const auto range = static_cast<std::uint64_t>(most.us - least.us + 1);
        return {least.us + static_cast<std::int64_t>(random_() % range)};
    }
    std::string bytes(std::size_t count) {
        std::string bytes;
        while (bytes.size() < count) bytes.push_back(static_cast<char>(next() >> 56));
        return bytes;
    }
    template <class Choices>
    const auto& pick(const Choices& choices) {
        return choices[below(std::size(choices))];
    }

  private:
    std::mt19937_64 random_;
};

}  // namespace shop::simulation
