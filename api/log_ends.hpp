// Where the partitions of the log end, as far as this process has committed: to be asked at any
// time, for the log itself may be a network away.
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
    void on_advance(Partition partition, Offset end) override { ends_.at(partition) = end; }

  private:
    std::map<Partition, std::atomic<Offset>> ends_;  // its keys never change
};

}  // namespace shop::api
