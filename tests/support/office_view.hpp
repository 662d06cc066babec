// One of several processes over one engine that they share: it is in office of some partitions, and
// refuses the streams of all others as the engine does. One thread.
#pragma once

#include <set>

#include "events/slot_map.hpp"
#include "tests/support/forwarding_engine.hpp"

namespace shop::tests {

class OfficeView final : public ForwardingEngine, public CommitObserver {
  public:
    OfficeView(Engine& shared, const SlotMap& map) : ForwardingEngine(shared), map_(map) {}

    void set_observer(CommitObserver* observer) { observer_ = observer; }
    // As the committer tells them: the office first, then what is open there.
    void take(Partition partition);
    void leave(Partition partition);

    // ---- Engine ---------------------------------------------------------------------------------
    Task<Result<Receipt>> submit(Executor& home, Submission submission) override;
    Task<Result<Snapshot>> read(Executor& home, StreamId id) override;
    Task<Result<Snapshot>> read_at(Executor& home, StreamId id, Position position) override;
    Task<Result<Snapshot>> wait(Executor& home, StreamId id, std::uint64_t version,
                                Duration timeout) override;
    Result<std::vector<StreamId>> open_streams(Partition partition) const override;
    Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                              std::size_t limit) const override;

    // ---- CommitObserver: of the shared engine ---------------------------------------------------
    void on_commit(Partition partition, std::span<const StreamId> streams) override;
    void on_advance(Partition, Offset) override {}

  private:
    Status check(Partition partition) const;
    Status check(const StreamId& id) const { return check(map_.partition_of(id)); }

    const SlotMap& map_;
    CommitObserver* observer_ = nullptr;
    std::set<Partition> held_;
};

}  // namespace shop::tests
