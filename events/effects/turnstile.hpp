// Limits how many effects run at once, in all and against one target, and remembers which streams
// wait for a place. One thread.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/ids.hpp"

namespace shop {

class Turnstile {
  public:
    Turnstile(int in_all, int per_target) : in_all_(in_all), per_target_(per_target) {}

    // Takes a place; false if there is none.
    bool enter(const std::string& target);
    // The stream waits for a place that enter() refused. Once per stream and place is enough.
    void wait(const std::string& target, const StreamId& stream);
    // Gives the place back; returns the streams that may try again.
    std::vector<StreamId> leave(const std::string& target);

    int running() const { return running_; }

  private:
    struct Target {
        int running = 0;
        std::deque<StreamId> waiting;
    };
    static void call_up(std::deque<StreamId>& waiting, int places, std::vector<StreamId>& called);

    const int in_all_;
    const int per_target_;
    int running_ = 0;
    std::unordered_map<std::string, Target> targets_;  // those with somebody inside or waiting
    std::deque<StreamId> waiting_;                     // for a place of all
};

}  // namespace shop
