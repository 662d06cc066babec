// A planned stop: whoever is in office asks other processes by name to take its offices over, while
// it still serves them. The one that is named reads the log beside it, and claims; so nobody waits
// for a group to miss somebody, nor for a log to be read.
//
//   HandOver naming({peers, directory, clock, address});
//   co_await naming.run(home, keeper.let_go());      // how many were taken over
//
// A name is a hint like any other: the claim alone decides. Whoever is named and is dead, silent,
// or stopping too is passed over; what nobody takes is served on, and then left to the group.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "events/cluster/directory.hpp"
#include "events/cluster/peers.hpp"
#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop {

// For each of `held` whom to ask, in that order: first whoever would serve the fewest then.
std::vector<std::vector<std::string>> successors_of(std::span<const Owner> held,
                                                    std::span<const Owner> all);

class HandOver {
  public:
    static constexpr Duration kPatience = seconds(10);  // in all
    static constexpr Duration kTryMax = seconds(2);     // of one call; then it is asked again

    // All of it outlives the object.
    struct Parts {
        Peers& peers;
        Directory& directory;
        const Clock& clock;
        std::string address;  // of this process, as the directory names it
    };
    explicit HandOver(Parts parts) : parts_(std::move(parts)) {}

    // Asks for all of `held` at once; how many of them others serve now.
    Task<std::size_t> run(Executor& home, std::vector<Owner> held);

  private:
    Task<bool> hand_over(Executor& home, Owner held, std::vector<std::string> successors,
                         Duration until);
    Task<bool> ask(Executor& home, Owner held, std::string successor, Duration until);

    const Parts parts_;
};

}  // namespace shop
