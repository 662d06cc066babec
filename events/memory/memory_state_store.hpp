// The state store in memory, for tests and the simulation. A copy is what a restart finds.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "events/state_store.hpp"

namespace shop {

class MemoryStateStore final : public StateStore {
  public:
    MemoryStateStore() = default;
    MemoryStateStore(const MemoryStateStore& other);

    Result<Checkpoint> checkpoint(Partition partition) const override;
    Result<std::optional<StoredStream>> find_stream(Partition partition,
                                                    StreamId id) const override;
    Result<std::optional<StoredCommand>> find_command(Partition partition,
                                                      CommandId id) const override;
    Result<std::vector<StreamId>> open_streams(Partition partition) const override;
    Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                              std::size_t limit) const override;
    Result<std::vector<Offset>> records_of(Partition partition, StreamId id,
                                           Offset last) const override;
    Status for_each_stream(Partition partition, StreamKind kind,
                           const Visitor& visit) const override;
    Status write(const StateBatch& batch) override;
    Status forget(Partition partition) override;
    Result<std::unique_ptr<StateImage>> image(Partition partition) const override;
    Result<std::unique_ptr<StateRestore>> restore(Partition partition) override;

  private:
    struct OnePartition {
        Checkpoint checkpoint;
        std::map<StreamId, StoredStream> streams;
        std::map<CommandId, StoredCommand> commands;
        std::set<StreamId> open;
        std::set<std::pair<Time, StreamId>> due;
        std::set<std::pair<StreamId, Offset>> records;
    };
    class Image;
    class Restore;
    const OnePartition* find(Partition partition) const;

    mutable std::mutex mutex_;
    std::map<Partition, OnePartition> partitions_;  // guarded by mutex_
};

}  // namespace shop
