// When to look at which stream again: one moment each, the earliest first. One thread.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"

namespace shop {

class Alarms {
  public:
    // The stream's one alarm; nothing: none.
    void set(const StreamId& stream, std::optional<Duration> steady) {
        if (const auto at = times_.find(stream); at != times_.end()) {
            queue_.erase({at->second, stream});
            times_.erase(at);
        }
        if (!steady) return;
        queue_.emplace(*steady, stream);
        times_.emplace(stream, *steady);
    }

    std::optional<Duration> next() const {
        if (queue_.empty()) return std::nullopt;
        return queue_.begin()->first;
    }

    // Takes those that have come.
    std::vector<StreamId> take(Duration steady) {
        std::vector<StreamId> due;
        while (!queue_.empty() && queue_.begin()->first <= steady) {
            due.push_back(queue_.begin()->second);
            times_.erase(due.back());
            queue_.erase(queue_.begin());
        }
        return due;
    }

  private:
    std::set<std::pair<Duration, StreamId>> queue_;
    std::unordered_map<StreamId, Duration> times_;
};

}  // namespace shop
