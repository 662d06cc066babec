// Where the partitions of the log end, as far as this process has committed, or seen what others
// did: to be asked at any time, for the log itself may be a network away.
#pragma once

#include <atomic>
#include <map>

#include "events/engine.hpp"

namespace shop::api {

// Thread-safe.
class LogEnds final : public CommitObserver {
  public:
    explicit LogEnds(const Partitions& partitions) {
        for (const Partition partition : partitions.all()) ends_[partition] = 0;
    }

    Offset end(Partition partition) const { return ends_.at(partition); }

    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition partition, Offset end) override {
        std::atomic<Offset>& known = ends_.at(partition);
        for (Offset before = known; before < end && !known.compare_exchange_weak(before, end);) {
        }
    }

  private:
    std::map<Partition, std::atomic<Offset>> ends_;  // its keys never change
};

}  // namespace shop::api
