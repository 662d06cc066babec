// The state store of a simulated world on a disk that fails: reads and writes do not succeed, and a
// power cut takes back what was written last, for it is never synced.
#pragma once

#include <deque>
#include <memory>

#include "events/memory/memory_state_store.hpp"
#include "tests/simulation/dice.hpp"

namespace shop::simulation {

// In thousandths of the calls.
struct DiskFaults {
    int failed_reads = 2;
    int failed_writes = 50;
};

class DiskStore final : public StateStore {
  public:
    DiskStore(Dice& dice, const DiskFaults& faults) : dice_(dice), faults_(faults) {}

    // Up to three of the last writes are gone.
    void power_cut();

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
    MemoryStateStore& now() const { return *writes_.back(); }
    Status fail_at_times(int rate) const;

    Dice& dice_;
    const DiskFaults& faults_;  // as they are now
    // What the store was behind each of the last writes, the newest last.
    std::deque<std::shared_ptr<MemoryStateStore>> writes_ = {std::make_shared<MemoryStateStore>()};
};

}  // namespace shop::simulation
