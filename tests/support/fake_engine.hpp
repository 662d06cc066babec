// An engine without a log: decides with the real decisions, in memory, at once. For tests of what
// stands on top of it. One thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "core/catalog/catalog.hpp"
#include "core/effect.hpp"
#include "events/engine.hpp"
#include "events/slot_map.hpp"

namespace shop::tests {

class FakeEngine final : public Engine {
  public:
    FakeEngine(const Clock& clock, const Catalog& catalog, const SlotMap& map)
        : clock_(clock), catalog_(catalog), map_(map) {}

    // It is told of every office at once.
    void set_observer(CommitObserver* observer);
    // Refuses what it tells an error for, before it is decided.
    void set_refusal(std::function<std::optional<Error>(const Submission&)> refuse) {
        refuse_ = std::move(refuse);
    }

    // Cannot read what it tells an error for.
    void set_unreadable(std::function<std::optional<Error>(const StreamId&)> unreadable) {
        unreadable_ = std::move(unreadable);
    }

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
    Time now() const override { return clock_.now(); }
    bool clock_is_sane() const override { return clock_is_sane_; }
    void set_clock_is_sane(bool is_sane) { clock_is_sane_ = is_sane; }

    // Straight in, as if a client had been answered.
    Result<Receipt> submit_now(AnyCommand command, CommandId id);
    template <class State>
    const State& state(const StreamId& id) const {
        return std::get<State>(*streams_.at(id).state);
    }
    bool has(const StreamId& id) const { return streams_.contains(id); }
    bool is_any_open() const;

    struct Submitted {
        std::string type;
        CommandId id;
        Time at;
    };
    const std::vector<Submitted>& submitted() const { return submitted_; }
    int count(std::string_view type) const;

  private:
    struct Stream {
        std::shared_ptr<AnyState> state;
        std::uint64_t version = 0;
        Position position;
    };
    class View;
    Result<Receipt> decide(const Submission& submission);
    Receipt apply(const Decision& decision, Time now, Partition partition);
    Snapshot snapshot_of(const StreamId& id) const;

    const Clock& clock_;
    const Catalog& catalog_;
    const SlotMap& map_;
    CommitObserver* observer_ = nullptr;
    bool clock_is_sane_ = true;
    std::function<std::optional<Error>(const Submission&)> refuse_;
    std::function<std::optional<Error>(const StreamId&)> unreadable_;
    std::map<StreamId, Stream> streams_;
    std::map<CommandId, Receipt> known_;
    std::map<Partition, Offset> ends_;
    std::vector<Submitted> submitted_;
};

}  // namespace shop::tests
