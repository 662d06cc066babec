// Where the partitions of the log end, as far as this process has committed, or seen what others
// did: to be asked at any time, for the log itself may be a network away.
#pragma once

#include <atomic>
#include <map>

#include "events/engine.hpp"
#include "events/slot_map.hpp"

namespace shop::api {

// Thread-safe.
class LogEnds final : public CommitObserver {
  public:
    explicit LogEnds(const Partitions& partitions) : map_(partitions) {
        for (const Partition partition : partitions.all()) ends_[partition] = 0;
    }

    Offset end(Partition partition) const { return ends_.at(partition); }
    // Of the last record that is durable where the stream lives; offset -1: there is none.
    Position last_beside(const StreamId& stream) const {
        const Partition partition = map_.partition_of(stream);
        return {partition, end(partition) - 1};
    }

    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition partition, Offset end) override {
        std::atomic<Offset>& known = ends_.at(partition);
        for (Offset before = known; before < end && !known.compare_exchange_weak(before, end);) {
        }
    }

  private:
    SlotMap map_;
    std::map<Partition, std::atomic<Offset>> ends_;  // its keys never change
};

}  // namespace shop::api
