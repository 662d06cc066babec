// The committer's side of the shard, and what goes to the state store.
#include <algorithm>

#include "core/base/assert.hpp"
#include "core/effect.hpp"
#include "events/shard.hpp"

namespace shop {
namespace {

constexpr std::size_t kStreamsAtATime = 256;  // under the mutex, when a save has ended

// Rounded up, so that a stream that is changed many times does not move in the store each time.
Time stored_due(const StreamId& id, const AnyState& state) {
    const auto due = due_of(state);
    if (!due) return {};
    const Duration grain = id.kind == StreamKind::kCart ? hours(1) : minutes(1);
    return {(due->us / grain.us + 1) * grain.us};
}

}  // namespace

void Shard::take(Group& group, StateBatch* save) {
    const std::lock_guard lock(mutex_);
    group.batch.bytes.clear();
    group.batch.ends.clear();
    group.open.clear();
    std::swap(group, pending_);
    group.batch.partition = partition_;
    group.time = time_;
    in_flight_waiters_.append(std::move(pending_waiters_));
    if (!group.batch.ends.empty()) in_flight_waiters_.append(std::move(unproven_waiters_));
    in_flight_last_ = last_;
    if (save != nullptr) capture(*save);
}

WaiterList Shard::commit(Duration sent_at) {
    const std::lock_guard lock(mutex_);
    durable_ = in_flight_last_;
    return take_proven(sent_at);
}

bool Shard::wants_proof() const {
    const std::lock_guard lock(mutex_);
    return !unproven_waiters_.is_empty();
}

bool Shard::ask_for_proof() {
    const std::lock_guard lock(mutex_);
    if (unproven_waiters_.is_empty() || !pending_.is_empty()) return false;
    in_flight_waiters_.append(std::move(unproven_waiters_));
    return true;
}

WaiterList Shard::prove(Duration asked_at) {
    const std::lock_guard lock(mutex_);
    return take_proven(asked_at);
}

WaiterList Shard::give_up_proof() {
    const std::lock_guard lock(mutex_);
    waiting_ -= in_flight_waiters_.size();
    return std::move(in_flight_waiters_);
}

// Whoever came before the proof was asked for may go, however late it is; whoever came later, as
// long as it holds.
WaiterList Shard::take_proven(Duration since) {
    proven_until_ = std::max(proven_until_, since + proof_life_);
    WaiterList may_go = std::move(in_flight_waiters_);
    if (is_proven()) may_go.append(std::move(unproven_waiters_));
    waiting_ -= may_go.size();
    return may_go;
}

WaiterList Shard::answer_some(const std::function<bool(Offset)>& is_durable) {
    WaiterList some;
    WaiterList others;
    const std::lock_guard lock(mutex_);
    while (Waiter* waiter = in_flight_waiters_.pop())
        (is_durable(waiter->rests_on) ? some : others).push(*waiter);
    in_flight_waiters_ = std::move(others);
    waiting_ -= some.size();
    return some;
}

// ---- Out of office, and in again ----------------------------------------------------------------

WaiterList Shard::suspend() {
    const std::lock_guard lock(mutex_);
    office_ = Office::kDoubt;
    WaiterList everybody = std::move(in_flight_waiters_);
    everybody.append(std::move(pending_waiters_));
    everybody.append(std::move(unproven_waiters_));
    everybody.append(watchers_->take_all());
    waiting_ = 0;
    for (Loading* loading : loadings_) stale(*loading);
    pending_ = {};
    streams_.clear();
    open_.clear();
    unsaved_.clear();
    unsaved_streams_.clear();
    save_failed_ = false;
    ++saves_;
    last_ = durable_ = in_flight_last_ = -1;
    proven_until_ = {};
    return everybody;
}

void Shard::warm() {
    const std::lock_guard lock(mutex_);
    SHOP_ASSERT(office_ == Office::kDoubt);
    office_ = Office::kWarming;
}

Status Shard::fold(Offset offset, const Record& record) {
    for (const RecordedEvent& event : record.events) {
        {
            const std::lock_guard lock(mutex_);
            if (streams_.find(event.stream) != nullptr) continue;
        }
        SHOP_TRY_STATUS(load(event.stream));
    }
    const std::lock_guard lock(mutex_);
    SHOP_ASSERT(office_ == Office::kDoubt || office_ == Office::kWarming);
    remember(record, offset);
    apply(record, offset);
    pending_.open.clear();  // whoever runs effects asks for all that is open, at the takeover
    last_ = durable_ = in_flight_last_ = offset;
    time_ = std::max(time_, record.time);
    if (streams_.is_over_limit()) evict();
    return {};
}

void Shard::serve(const Term& term, std::uint64_t seq, Offset last, Time time) {
    const std::lock_guard lock(mutex_);
    office_ = Office::kServing;
    term_ = term;
    seq_ = seq;
    last_ = durable_ = in_flight_last_ = last;
    time_ = std::max(time_, time);
}

void Shard::lose() {
    const std::lock_guard lock(mutex_);
    office_ = Office::kLost;
}

void Shard::leave() {
    const std::lock_guard lock(mutex_);
    office_ = Office::kLeft;
}

bool Shard::stay() {
    const std::lock_guard lock(mutex_);
    if (office_ != Office::kLeft) return false;
    office_ = Office::kServing;
    return true;
}

bool Shard::has_pending() const {
    const std::lock_guard lock(mutex_);
    return !pending_.is_empty() || !pending_waiters_.is_empty();
}

bool Shard::is_lost() const {
    const std::lock_guard lock(mutex_);
    return office_ == Office::kLost;
}

// ---- The state store ----------------------------------------------------------------------------

void Shard::capture_all(StateBatch& batch) {
    const std::lock_guard lock(mutex_);
    capture(batch);
}

void Shard::capture(StateBatch& batch) {
    batch.partition = partition_;
    for (const StreamId& id : unsaved_streams_) {
        HotStream* stream = streams_.peek(id);
        SHOP_ASSERT(stream != nullptr);
        stream->is_listed = false;
        batch.streams.push_back({id, stream->state, stream->version, stream->last, stream->open,
                                 stored_due(id, *stream->state), stream->saved_due});
    }
    unsaved_streams_.clear();
    batch.traces = unsaved_.capture();
}

void Shard::saved(const StateBatch& batch, bool is_stored) {
    for (std::size_t begin = 0; begin < batch.streams.size(); begin += kStreamsAtATime)
        saved_streams(std::span(batch.streams)
                          .subspan(begin)
                          .first(std::min(kStreamsAtATime, batch.streams.size() - begin)),
                      is_stored);
    auto room = Unsaved::room_like(*batch.traces);
    std::shared_ptr<const Unsaved::Part> dropped;  // outside the mutex
    const std::lock_guard lock(mutex_);
    dropped = unsaved_.saved(is_stored, std::move(room));
    save_failed_ = !is_stored;
    if (!is_stored) return;
    ++saves_;
    if (streams_.is_over_limit()) evict();
}

void Shard::saved_streams(std::span<const StoredStream> streams, bool is_stored) {
    const std::lock_guard lock(mutex_);
    for (const StoredStream& stored : streams) {
        HotStream* stream = streams_.peek(stored.id);
        SHOP_ASSERT(stream != nullptr);
        if (is_stored) {
            stream->saved = stored.offset;
            stream->saved_due = stored.due;
            streams_.weigh(*stream, stored.bytes);
        } else if (!stream->is_listed) {
            stream->is_listed = true;
            unsaved_streams_.push_back(stored.id);
        }
    }
}

bool Shard::wants_save() const {
    const std::lock_guard lock(mutex_);
    if (save_failed_) return false;  // the next one has its time
    return unsaved_.commands() > limits_.unsaved_records / 2 ||
           (streams_.is_over_limit() && !unsaved_streams_.empty());
}

bool Shard::has_unsaved() const {
    const std::lock_guard lock(mutex_);
    return unsaved_.commands() > 0;
}

std::uint64_t Shard::broken_versions() const {
    const std::lock_guard lock(mutex_);
    return broken_versions_;
}

}  // namespace shop
