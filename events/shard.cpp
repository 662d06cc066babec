#include "events/shard.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/effect.hpp"
#include "events/state_memory.hpp"

namespace shop {
namespace {

// Only these kinds are ever open.
bool can_be_open(StreamKind kind) {
    switch (kind) {
        case StreamKind::kProduct:
        case StreamKind::kCheckout:
        case StreamKind::kOrder:
        case StreamKind::kPayment:
        case StreamKind::kSeries:
        case StreamKind::kStock:
        case StreamKind::kFulfillment:
        case StreamKind::kCreditNote:
            return true;
        default:
            return false;
    }
}

}  // namespace

// A stream on its way from the state store into memory. What the store gave is old once the stream
// was in memory in the meantime, and left it again.
struct Shard::Loading {
    StreamId id;
    bool is_stale = false;
};

Shard::Shard(Partition partition, const SlotMap& map, const EngineParts& parts,
             const TrustedClock& clock, const EngineOptions& options)
    : partition_(partition),
      map_(map),
      local_series_(series::local_series(map.slot_on(partition))),
      parts_(parts),
      clock_(clock),
      limits_(options.limits),
      protections_(options.protections),
      proof_life_(options.protections.prove_office ? options.proof_life : Duration{}),
      witness_(options.witness),
      watchers_(std::make_shared<Watchers>()),
      streams_(options.limits.hot_streams, options.limits.hot_bytes) {}

// ---- Memory -------------------------------------------------------------------------------------

Status Shard::load(const StreamId& id) {
    Loading loading{id};
    {
        const std::lock_guard lock(mutex_);
        loadings_.push_back(&loading);
    }
    auto stored = parts_.store.find_stream(partition_, id);
    if (stored && *stored) (*stored)->bytes = memory_of(*(*stored)->state);
    const std::lock_guard lock(mutex_);
    std::erase(loadings_, &loading);
    if (!stored) return std::unexpected(stored.error());
    if (loading.is_stale || streams_.find(id) != nullptr) return {};
    const HotStream& stream = streams_.insert(id, std::move(*stored));
    if (stream.open) open_.insert(id);
    return {};
}

void Shard::stale(Loading& loading) {
    loading.is_stale = true;
}

void Shard::evict() {
    std::vector<StreamId> evicted;
    streams_.evict(durable_, evicted);
    for (const StreamId& id : evicted) {
        open_.erase(id);
        for (Loading* loading : loadings_)
            if (loading->id == id) loading->is_stale = true;
    }
}

void Shard::remember(const Record& record, Offset offset) {
    unsaved_.add(StoredCommand{record.command.id, record.command.fingerprint, offset, record.time,
                               record.term.number});
}

void Shard::apply(const Record& record, Offset offset) {
    for (const RecordedEvent& event : record.events) {
        HotStream* stream = streams_.find(event.stream);
        SHOP_ASSERT(stream != nullptr);
        if (offset <= stream->last) continue;  // the state store had it already
        if (event.version != stream->version + 1) ++broken_versions_;
        evolve_hot(*stream, event.data, record.time);
    }
    for (const RecordedEvent& event : record.events) {
        HotStream* stream = streams_.find(event.stream);
        if (offset > stream->last) touch(*stream, offset);
    }
}

void Shard::touch(HotStream& stream, Offset offset) {
    stream.last = offset;
    unsaved_.add(StreamRecord{stream.id, offset});
    if (!stream.is_listed) {
        stream.is_listed = true;
        unsaved_streams_.push_back(stream.id);
    }
    if (can_be_open(stream.id.kind)) {
        const bool was_open = stream.open;
        stream.open = is_open(*stream.state);
        if (stream.open) open_.insert(stream.id);
        if (!stream.open) open_.erase(stream.id);
        if (was_open || stream.open) pending_.open.push_back(stream.id);
    }
    if (watchers_->is_empty()) return;
    WaiterList watching = watchers_->take(stream.id);
    while (Waiter* waiter = watching.pop()) wait_for(*waiter, offset);
}

void Shard::wait_for(Waiter& waiter, Offset rests_on) {
    waiter.rests_on = rests_on;
    if (rests_on > in_flight_last_)
        pending_waiters_.push(waiter);
    else if (proof_life_.us == 0)
        in_flight_waiters_.push(waiter);
    else
        unproven_waiters_.push(waiter);  // what is in flight was sent before this came
    ++waiting_;
}

bool Shard::is_proven() const {
    return proof_life_.us == 0 || parts_.clock.steady() <= proven_until_;
}

// ---- Reads --------------------------------------------------------------------------------------

bool Shard::read(Reading& reading) {
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            if (const Status served = refusal(); !served) {
                reading.outcome = std::unexpected(served.error());
                return false;
            }
            if (const HotStream* stream = streams_.find(reading.id)) return show(reading, *stream);
        }
        if (const Status loaded = load(reading.id); !loaded) {
            reading.outcome = std::unexpected(loaded.error());
            return false;
        }
    }
}

bool Shard::show(Reading& reading, const HotStream& stream) {
    reading.needs_history = reading.at >= 0 && stream.last > reading.at;
    if (reading.needs_history) return false;
    reading.outcome = Snapshot{stream.state, stream.version, {partition_, stream.last}};
    const bool must_wait =
        (stream.last > durable_ && protections_.hold_speculation) || !is_proven();
    if (must_wait && !has_waiting_room(false)) {
        reading.outcome =
            fail(ErrorCode::kUnavailable, "too-busy", "The shop is busy; try again in a moment.");
        return false;
    }
    if (must_wait) wait_for(reading.waiter, stream.last);
    if (streams_.is_over_limit()) evict();
    return must_wait;
}

bool Shard::watch(const StreamId& id, std::uint64_t version, WatchId watch, Waiter& waiter) {
    const std::lock_guard lock(mutex_);
    if (office_ != Office::kServing) return false;
    // A stream that left the memory is as it was saved; whoever watches has just read it.
    const HotStream* stream = streams_.find(id);
    if (stream == nullptr || stream->version > version) return false;
    watchers_->add(id, watch, waiter);
    return true;
}

std::vector<Offset> Shard::unsaved_records_of(const StreamId& id, Offset last) const {
    const std::lock_guard lock(mutex_);
    return unsaved_.records_of(id, last);
}

Result<std::vector<StreamId>> Shard::open_streams() const {
    std::unordered_set<StreamId> open;
    {
        const std::lock_guard lock(mutex_);
        open = open_;
    }
    SHOP_TRY(stored, parts_.store.open_streams(partition_));
    const std::lock_guard lock(mutex_);
    for (const StreamId& id : stored) {
        const HotStream* stream = streams_.peek(id);
        if (stream == nullptr || stream->open) open.insert(id);
    }
    return std::vector<StreamId>(open.begin(), open.end());
}

}  // namespace shop
