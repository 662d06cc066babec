// One of several processes over a fake engine: it is in office of some partitions, and refuses the
// streams of all others as the engine does. One thread.
#pragma once

#include <set>

#include "tests/support/fake_engine.hpp"

namespace shop::tests {

class OfficeView final : public Engine, public CommitObserver {
  public:
    OfficeView(FakeEngine& shared, const SlotMap& map) : shared_(shared), map_(map) {}

    void set_observer(CommitObserver* observer) { observer_ = observer; }
    // As the committer tells them: the office first, then what is open there.
    void take(Partition partition);
    void leave(Partition partition);

    // ---- Engine ---------------------------------------------------------------------------------
    Task<Result<Receipt>> submit(Executor& home, Submission submission) override;
    Task<Result<Trial>> try_out(Executor& home, Submission submission) override;
    Task<Result<Snapshot>> read(Executor& home, StreamId id) override;
    Task<Result<Snapshot>> read_at(Executor& home, StreamId id, Position position) override;
    Task<Result<Snapshot>> wait(Executor& home, StreamId id, std::uint64_t version,
                                Duration timeout) override;
    Result<std::vector<StreamId>> open_streams(Partition partition) const override;
    Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                              std::size_t limit) const override;
    Status serving() const override { return {}; }
    Time now() const override { return shared_.now(); }
    bool clock_is_sane() const override { return shared_.clock_is_sane(); }

    // ---- CommitObserver: of the shared engine ---------------------------------------------------
    void on_commit(Partition partition, std::span<const StreamId> streams) override;
    void on_advance(Partition, Offset) override {}

  private:
    Status check(Partition partition) const;
    Status check(const StreamId& id) const { return check(map_.partition_of(id)); }

    FakeEngine& shared_;
    const SlotMap& map_;
    CommitObserver* observer_ = nullptr;
    std::set<Partition> held_;
};

}  // namespace shop::tests
