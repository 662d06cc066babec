// How the shard decides: all of it under the mutex, but for what must be loaded first.
#include <algorithm>
#include <map>
#include <unordered_set>

#include "core/base/assert.hpp"
#include "core/decision.hpp"
#include "events/shard.hpp"

namespace shop {
namespace {

// Thrown by the view and caught right behind the decision, which cannot go on without the stream
// and must not be shown a wrong one. Only for streams that are not in memory.
struct NotLoaded {
    StreamId id;
};

std::unexpected<Error> too_busy() {
    return fail(ErrorCode::kUnavailable, "too-busy",
                "The shop is busy; try again in a moment, with the same idempotency key.");
}

// What only the inside may cause: answers of effects and of providers, releases.
bool comes_from_inside(const Actor& actor) {
    return actor.kind == ActorKind::kSystem || actor.kind == ActorKind::kProvider;
}

}  // namespace

Attempt::Attempt(Executor& home, Submission submission)
    : command(std::move(submission.command)),
      target(target_of(command)),
      not_before(submission.not_before),
      is_owed(comes_from_inside(submission.actor)),
      id_is_new(submission.id_is_new),
      refusal_if_new(std::move(submission.refusal_if_new)) {
    record.command = {submission.id, std::string(type_of(command)),
                      std::move(submission.fingerprint)};
    record.actor = std::move(submission.actor);
    record.correlation = std::move(submission.correlation);
    record.causation = std::move(submission.causation);
    record.trace = std::move(submission.trace);
    waiter.home = &home;
}

// The states a decision reads, and the offset the newest of them rests on.
class Shard::View final : public Streams {
  public:
    explicit View(Shard& shard) : shard_(shard) {}
    const AnyState* find_any(const StreamId& id) const override { return look(id).state.get(); }
    std::uint64_t version_of(const StreamId& id) const override { return look(id).version; }
    Offset rests_on() const { return rests_on_; }

  private:
    const HotStream& look(const StreamId& id) const {
        const HotStream* stream = shard_.streams_.find(id);
        if (stream == nullptr) {
            SHOP_ASSERT(shard_.map_.partition_of(id) == shard_.partition_);
            throw NotLoaded{id};
        }
        rests_on_ = std::max(rests_on_, stream->last);
        return *stream;
    }

    Shard& shard_;
    mutable Offset rests_on_ = -1;
};

bool Shard::decide(Attempt& attempt) {
    for (;;) {
        const std::uint64_t saves = saves_.load(std::memory_order_acquire);
        Result<std::optional<StoredCommand>> stored;
        if (!attempt.id_is_new)
            stored = parts_.store.find_command(partition_, attempt.record.command.id);
        if (!stored) {
            attempt.outcome = std::unexpected(stored.error());
            return false;
        }
        StreamId missing;
        {
            const auto lock = stand_in_line();
            // An id that left the memory since then may have been looked for too early.
            if (saves != saves_.load(std::memory_order_relaxed)) continue;
            const Step done = step(attempt, *stored, missing);
            if (done != Step::kLoad && streams_.is_over_limit()) evict();
            if (done != Step::kLoad) return done == Step::kWaits;
        }
        if (const Status loaded = load(missing); !loaded) {
            attempt.outcome = std::unexpected(loaded.error());
            return false;
        }
    }
}

std::unique_lock<std::mutex> Shard::stand_in_line() {
    std::unique_lock lock(mutex_, std::try_to_lock);
    Duration waited;
    if (!lock) {
        const Duration begun = parts_.clock.steady();
        lock.lock();
        waited = parts_.clock.steady() - begun;
    }
    if (witness_ != nullptr) witness_->on_lock(partition_, waited);
    return lock;
}

Shard::Step Shard::step(Attempt& attempt, const std::optional<StoredCommand>& stored,
                        StreamId& missing) {
    if (protections_.ids_are_known && attempt.trial == nullptr) {
        if (const auto* unsaved = unsaved_.find_command(attempt.record.command.id))
            return answer_known(attempt, *unsaved);
        if (stored) return answer_known(attempt, *stored);
    }
    if (const Status served = refusal(); !served) {
        attempt.outcome = std::unexpected(served.error());
        return Step::kAnswered;
    }
    if (attempt.refusal_if_new) {
        attempt.outcome = std::unexpected(*attempt.refusal_if_new);
        return Step::kAnswered;
    }
    if (is_busy(attempt.is_owed)) {
        attempt.outcome = too_busy();
        return Step::kAnswered;
    }
    return decide_now(attempt, missing);
}

// A record with its id is the attempt's own only if it is of the term it was appended in, for
// within a term an id is appended once. Another process may have done the same command in between,
// and this one learns of it when it looks for its own record: then the answer is a repeated one.
Shard::Step Shard::answer_known(Attempt& attempt, const StoredCommand& known) {
    if (known.fingerprint == attempt.record.command.fingerprint) {
        attempt.outcome = Receipt{.position = {partition_, known.offset},
                                  .time = known.time,
                                  .replayed = known.term != attempt.appended_in,
                                  .changed = true};
    } else {
        attempt.outcome = fail(ErrorCode::kInvalid, "idempotency-key-reused",
                               "This idempotency key was used for another request; take a new "
                               "key for a new request.");
    }
    if (known.offset <= durable_) return Step::kAnswered;  // it counts, whoever is in office by now
    return answer(attempt, known.offset);
}

Shard::Step Shard::decide_now(Attempt& attempt, StreamId& missing) {
    if (streams_.find(attempt.target) == nullptr) {
        missing = attempt.target;
        return Step::kLoad;
    }
    const View view(*this);
    const Env env{.now = std::max({clock_.now(), time_, attempt.not_before}),
                  .command = attempt.record.command.id,
                  .actor = &attempt.record.actor,
                  .catalog = &parts_.catalog,
                  .local_series = local_series_};
    try {
        Result<Decision> decision = parts_.decide(attempt.command, view, env);
        if (!decision) {
            attempt.outcome = std::unexpected(std::move(decision.error()));
            return answer(attempt, view.rests_on());
        }
        attempt.record.time = env.now;
        if (attempt.trial != nullptr)
            tell_trial(*attempt.trial, view, std::move(*decision), env.now);
        else if (!decision->events.empty())
            return append(attempt, *decision, missing);
        attempt.outcome = Receipt{.position = {partition_, view.rests_on()}, .time = env.now};
        return answer(attempt, view.rests_on());
    } catch (const NotLoaded& not_loaded) {
        missing = not_loaded.id;
        return Step::kLoad;
    }
}

// Folds the events onto copies of their streams, to see what those would owe.
void Shard::tell_trial(Trial& trial, const View& view, Decision decision, Time now) const {
    std::map<StreamId, AnyState> after;
    for (const NewEvent& event : decision.events) {
        const AnyState* state = view.find_any(event.stream);
        const auto at = after.try_emplace(event.stream, state ? *state : AnyState()).first;
        evolve_any(at->second, event.data, now);
    }
    trial.owed.clear();
    for (const auto& [stream, state] : after) {
        const AnyState* before = view.find_any(stream);
        std::unordered_set<EffectId> known;
        if (before != nullptr)
            for (const Effect& effect : shop::pending(stream, *before, {}, now))
                known.insert(effect.id);
        for (Effect& effect : shop::pending(stream, state, {}, now))
            if (!known.contains(effect.id)) trial.owed.push_back(std::move(effect));
    }
    trial.events = std::move(decision.events);
}

Shard::Step Shard::answer(Attempt& attempt, Offset rests_on) {
    const bool may_leave = rests_on <= durable_ || !protections_.hold_speculation;
    if (may_leave && is_proven()) return Step::kAnswered;
    // Out of office nothing becomes durable, and nobody would resume the waiter.
    if (const Status served = refusal(); !served) {
        attempt.outcome = std::unexpected(served.error());
        return Step::kAnswered;
    }
    if (!has_waiting_room(attempt.is_owed)) {
        attempt.outcome = too_busy();
        return Step::kAnswered;
    }
    wait_for(attempt.waiter, rests_on);
    return Step::kWaits;
}

Shard::Step Shard::append(Attempt& attempt, Decision& decision, StreamId& missing) {
    Record& record = attempt.record;
    if (!fill_in(record, decision, missing)) return Step::kLoad;
    AppendBatch& batch = pending_.batch;
    const std::size_t begin = batch.bytes.size();
    append_record(batch.bytes, record);
    if (batch.bytes.size() - begin > kRecordBytesMax) {
        batch.bytes.resize(begin);
        attempt.outcome = fail(ErrorCode::kInvalid, "record-too-large",
                               "This change is too large to be recorded; make it in parts.");
        return answer(attempt, last_);
    }
    const Offset offset = last_ + 1;
    if (batch.ends.empty()) pending_.first = offset;
    batch.ends.push_back(batch.bytes.size());
    seq_ = record.seq;
    last_ = offset;
    time_ = record.time;
    remember(record, offset);
    apply(record, offset);
    attempt.appended_in = term_.number;
    attempt.id_is_new = false;
    attempt.outcome =
        Receipt{.position = {partition_, offset}, .time = record.time, .changed = true};
    if (witness_ != nullptr) attempt.waiter.decided_at = parts_.clock.steady();
    wait_for(attempt.waiter, offset);
    return Step::kWaits;
}

// R3: each event gets the next version of its stream, counted under the mutex.
bool Shard::fill_in(Record& record, Decision& decision, StreamId& missing) {
    record.term = term_;
    record.seq = seq_ + 1;
    record.events.clear();
    for (NewEvent& event : decision.events) {
        SHOP_ASSERT(map_.partition_of(event.stream) == partition_);
        const HotStream* stream = streams_.find(event.stream);
        if (stream == nullptr) {
            missing = event.stream;
            return false;
        }
        const auto before = std::ranges::count(record.events, event.stream, &RecordedEvent::stream);
        record.events.push_back({event.stream,
                                 stream->version + static_cast<std::uint64_t>(before) + 1,
                                 event.effective_at, std::move(event.data)});
    }
    return true;
}

Status Shard::serving() const {
    const std::lock_guard lock(mutex_);
    return refusal();
}

Status Shard::refusal() const {
    switch (office_) {
        case Office::kServing:
            return {};
        case Office::kLost:
        case Office::kLeft:
        case Office::kWarming:
            return fail(ErrorCode::kUnavailable, "not-owner",
                        "Another process has taken over; ask again with the same key.");
        case Office::kDoubt:
            break;
    }
    return fail(ErrorCode::kUnavailable, "in-doubt",
                "The log is being recovered; ask again in a moment with the same key.");
}

bool Shard::is_busy(bool is_owed) const {
    const auto is_over = [&](std::size_t count, std::size_t limit) {
        return count >= limit + (is_owed ? limit * limits_.percent_owed / 100 : 0);
    };
    return is_over(pending_.batch.ends.size(), limits_.pending_records) ||
           is_over(pending_.batch.bytes.size(), limits_.pending_bytes) ||
           is_over(unsaved_.commands(), limits_.unsaved_records) || !has_waiting_room(is_owed) ||
           streams_.is_full();
}

bool Shard::has_waiting_room(bool is_owed) const {
    return waiting_ <
           limits_.waiting + (is_owed ? limits_.waiting * limits_.percent_owed / 100 : 0);
}

}  // namespace shop
