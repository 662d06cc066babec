// How pages that were read from views learn that they are stale. What a page depends on has a name
// ("product:<slug>"); a projector raises the names a commit touched, *after* the commit. A page
// remembers the moment before its query was sent, and is fresh as long as none of its names was
// raised later.
//
// Names share a fixed number of slots by their hash: a shared slot costs a needless read, never a
// stale page. Thread-safe, without locks.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace shop::projections {

// What Touched holds and pages depend on.
std::uint64_t name_hash(std::string_view kind, std::string_view name = {});

class Generations {
  public:
    Generations();

    // The moment to remember; to be asked for before the query is sent.
    std::uint64_t now() const { return clock_.load(std::memory_order_seq_cst); }

    bool is_fresh(std::uint64_t moment, std::span<const std::uint64_t> names) const;

    // Called after the commit.
    void raise(std::span<const std::uint64_t> names);
    // Everything may have changed: the view was swapped, or notices were lost.
    void raise_all();

  private:
    static constexpr std::size_t kSlots = 1 << 14;
    using Slots = std::array<std::atomic<std::uint64_t>, kSlots>;

    std::atomic<std::uint64_t> clock_{1};
    std::atomic<std::uint64_t> floor_{0};
    std::unique_ptr<Slots> raised_;  // when each slot was raised last
};

}  // namespace shop::projections
