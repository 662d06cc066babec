#include "tests/support/fake_engine.hpp"

#include <algorithm>

#include "core/decision.hpp"

namespace shop::tests {
namespace {

// Resumes the awaiting coroutine on its loop, never inside the call.
auto hop(Executor& home) {
    return callback<bool>([&home](auto resume) {
        home.post([resume = std::move(resume)]() mutable { resume(true); });
    });
}

}  // namespace

class FakeEngine::View final : public Streams {
  public:
    explicit View(const std::map<StreamId, Stream>& streams) : streams_(streams) {}
    const AnyState* find_any(const StreamId& id) const override {
        const auto at = streams_.find(id);
        return at == streams_.end() ? nullptr : at->second.state.get();
    }
    std::uint64_t version_of(const StreamId& id) const override {
        const auto at = streams_.find(id);
        return at == streams_.end() ? 0 : at->second.version;
    }

  private:
    const std::map<StreamId, Stream>& streams_;
};

void FakeEngine::set_observer(CommitObserver* observer) {
    observer_ = observer;
    if (observer_ == nullptr) return;
    for (const Partition partition : map_.partitions().all())
        observer_->on_office(partition, Term{1, "a"}, true);
}

Task<Result<Receipt>> FakeEngine::submit(Executor& home, Submission submission) {
    co_await hop(home);
    Result<Receipt> receipt = decide(submission);
    co_await hop(home);
    co_return receipt;
}

// Not faked: the real engine's tests have it.
Task<Result<Trial>> FakeEngine::try_out(Executor&, Submission) {
    co_return fail(ErrorCode::kUnavailable, "not-faked", "The fake engine tries nothing out.");
}

Task<Result<Snapshot>> FakeEngine::read(Executor& home, StreamId id) {
    co_await hop(home);
    if (unreadable_)
        if (auto error = unreadable_(id)) co_return std::unexpected(std::move(*error));
    co_return snapshot_of(id);
}

Task<Result<Snapshot>> FakeEngine::read_at(Executor& home, StreamId id, Position) {
    return read(home, id);
}

Task<Result<Snapshot>> FakeEngine::wait(Executor& home, StreamId id, std::uint64_t, Duration) {
    return read(home, id);
}

Result<std::vector<StreamId>> FakeEngine::open_streams(Partition partition) const {
    std::vector<StreamId> open;
    for (const auto& [id, stream] : streams_)
        if (map_.partition_of(id) == partition && is_open(*stream.state)) open.push_back(id);
    return open;
}

Result<std::vector<StreamId>> FakeEngine::due_streams(Partition partition, StreamKind kind, Time by,
                                                      std::size_t limit) const {
    std::vector<StreamId> due;
    for (const auto& [id, stream] : streams_) {
        if (id.kind != kind || map_.partition_of(id) != partition) continue;
        const auto when = due_of(*stream.state);
        if (due.size() < limit && when && *when <= by) due.push_back(id);
    }
    return due;
}

bool FakeEngine::is_any_open() const {
    return std::ranges::any_of(streams_,
                               [](const auto& each) { return is_open(*each.second.state); });
}

Result<Receipt> FakeEngine::submit_now(AnyCommand command, CommandId id) {
    Submission submission;
    submission.command = std::move(command);
    submission.id = id;
    return decide(submission);
}

int FakeEngine::count(std::string_view type) const {
    return static_cast<int>(std::ranges::count(submitted_, type, &Submitted::type));
}

Result<Receipt> FakeEngine::decide(const Submission& submission) {
    submitted_.push_back({std::string(type_of(submission.command)), submission.id, clock_.now()});
    if (refuse_)
        if (auto error = refuse_(submission)) return std::unexpected(std::move(*error));
    if (const auto at = known_.find(submission.id); at != known_.end()) {
        Receipt receipt = at->second;
        receipt.replayed = true;
        return receipt;
    }
    if (submission.refusal_if_new) return std::unexpected(*submission.refusal_if_new);
    const Partition partition = map_.partition_of(target_of(submission.command));
    Env env;
    env.now = std::max(clock_.now(), submission.not_before);
    env.command = submission.id;
    env.actor = &submission.actor;
    env.catalog = &catalog_;
    if (partition.topic == Topic::kCommerce)
        env.local_series = series::local_series(map_.slot_on(partition));
    SHOP_TRY(decision, decide_any(submission.command, View(streams_), env));
    const Receipt receipt = apply(decision, env.now, partition);
    if (receipt.changed) known_.emplace(submission.id, receipt);
    return receipt;
}

Receipt FakeEngine::apply(const Decision& decision, Time now, Partition partition) {
    Offset& end = ends_[partition];
    Receipt receipt{{partition, end}, now, false, !decision.events.empty()};
    if (!receipt.changed) return receipt;
    ++end;
    std::vector<StreamId> touched;
    for (const NewEvent& event : decision.events) {
        Stream& stream = streams_[event.stream];
        // Snapshots that were given out stay as they are.
        stream.state =
            stream.state ? std::make_shared<AnyState>(*stream.state) : std::make_shared<AnyState>();
        const bool was_open = is_open(*stream.state);
        evolve_any(*stream.state, event.data, now);
        stream.position = receipt.position;
        ++stream.version;
        if (was_open || is_open(*stream.state)) touched.push_back(event.stream);
    }
    if (observer_ != nullptr) observer_->on_commit(partition, touched);
    return receipt;
}

Snapshot FakeEngine::snapshot_of(const StreamId& id) const {
    const auto at = streams_.find(id);
    if (at == streams_.end()) return {};
    return {at->second.state, at->second.version, at->second.position};
}

}  // namespace shop::tests
