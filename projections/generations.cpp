#include "projections/generations.hpp"

#include <algorithm>

namespace shop::projections {

// FNV-1a (RFC draft-eastlake-fnv): 64 bits, kind and name parted by a byte no text has.
std::uint64_t name_hash(std::string_view kind, std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    const auto mix = [&](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3ULL; };
    for (const char c : kind) mix(static_cast<unsigned char>(c));
    mix(0xff);
    for (const char c : name) mix(static_cast<unsigned char>(c));
    return hash;
}

Generations::Generations() : raised_(std::make_unique<Slots>()) {}

bool Generations::is_fresh(std::uint64_t moment, std::span<const std::uint64_t> names) const {
    if (moment < floor_.load()) return false;
    return std::ranges::all_of(
        names, [&](std::uint64_t name) { return (*raised_)[name % kSlots].load() <= moment; });
}

// Between the clock's step and the slot's a reader may take the new moment: its query is then sent
// behind the commit, so what it reads is fresh.
void Generations::raise(std::span<const std::uint64_t> names) {
    if (names.empty()) return;
    const std::uint64_t moment = clock_.fetch_add(1) + 1;
    for (const std::uint64_t name : names) {
        auto& slot = (*raised_)[name % kSlots];
        std::uint64_t before = slot.load();
        while (before < moment && !slot.compare_exchange_weak(before, moment)) {
        }
    }
}

void Generations::raise_all() {
    floor_.store(clock_.fetch_add(1) + 1);
}

}  // namespace shop::projections
