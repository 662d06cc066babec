#include "events/committer.hpp"

#include <algorithm>
#include <chrono>

#include "core/base/assert.hpp"
#include "core/base/digest.hpp"

namespace shop {
namespace {

constexpr Duration kTick = milliseconds(100);
constexpr Duration kRetryFirst = milliseconds(50);
constexpr Duration kRetryMax = seconds(5);

}  // namespace

Committer::Committer(const EngineParts& parts, const EngineOptions& options, TrustedClock& clock,
                     std::vector<Seat*> seats, LogIdentity identity)
    : parts_(parts),
      options_(options),
      clock_(clock),
      seats_(std::move(seats)),
      appender_(parts.log, [this] { kick(); }),
      takeover_(parts, clock, appender_, identity, options.address),
      writer_(parts.store),
      warmer_(
          parts, std::move(identity), [this] { kick(); }, options.witness),
      retry_delay_(kRetryFirst),
      pause_(parts.log.pause()) {}

Committer::~Committer() {
    if (thread_.joinable()) stop();
    halt();
}

Status Committer::open() {
    if (options_.takes_all)
        SHOP_TRY_STATUS(takeover_.resolve(seats_));
    else
        for (Seat* seat : seats_) {
            seat->is_wanted = false;
            leave_office(*seat);
        }
    // Partitions are saved in turn, not all at the same moment.
    const Duration now = parts_.clock.steady();
    const auto count = static_cast<std::int64_t>(seats_.size());
    for (std::int64_t i = 0; i < count; ++i)
        seats_[static_cast<std::size_t>(i)]->next_save = {now.us + options_.save_interval.us *
                                                                       (i + 1) / count};
    return {};
}

// ---- A group ------------------------------------------------------------------------------------

bool Committer::begin() {
    wake_.store(false, std::memory_order_release);
    clock_.follow();
    land();
    follow_offices();
    ask_for_proofs();
    resolve_if_due();
    std::size_t room = options_.group_bytes;
    std::vector<Flight> taken;
    rests_ = false;
    for (std::size_t i = 0; i < seats_.size(); ++i)
        if (!take(*seats_[(first_seat_ + i) % seats_.size()], room, taken)) break;
    first_seat_ = (first_seat_ + 1) % seats_.size();
    if (!taken.empty()) send(std::move(taken));
    return !flights_.empty();
}

void Committer::send(std::vector<Flight> taken) {
    if (!options_.protections.log_before_state) save_too_early(taken);
    Call call{.appended_at = parts_.clock.steady(), .flights = taken.size()};
    std::vector<AppendBatch> batches;
    for (Flight& flight : taken) {
        flight.seat->seq_sent = flight.seat->at.seq + flight.group.batch.ends.size();
        flight.seat->is_in_flight = true;
        call.records += flight.group.batch.ends.size();
        batches.push_back(std::move(flight.group.batch));
    }
    call.ticket = appender_.append(batches);
    for (std::size_t i = 0; i < taken.size(); ++i) {
        taken[i].group.batch = std::move(batches[i]);
        taken[i].ticket = call.ticket;
        flights_.push_back(std::move(taken[i]));
    }
    calls_.push_back(call);
}

// False if the group is full; the rest is left for the next one.
bool Committer::take(Seat& seat, std::size_t& room, std::vector<Flight>& taken) {
    if (seat.state != SeatState::kServing || seat.is_in_flight) return true;
    if (pause_ > Duration{} && parts_.clock.steady() < seat.rests_until) {
        rests_ = true;
        return true;
    }
    if (room == 0) {
        wake_.store(true, std::memory_order_release);
        return false;
    }
    Flight flight{
        .seat = &seat, .group = std::move(seat.spare), .saves = is_save_due(seat), .save = {}};
    flight.seat->shard.take(flight.group, flight.saves ? &flight.save : nullptr);
    if (flight.saves) {
        seat.is_saving.store(true, std::memory_order_relaxed);
        seat.next_save = {parts_.clock.steady().us + options_.save_interval.us};
    }
    room -= std::min(room, flight.group.batch.bytes.size());
    if (!flight.group.is_empty()) {
        taken.push_back(std::move(flight));
        return true;
    }
    if (flight.saves) hand_over(flight);  // all of it is durable
    seat.spare = std::move(flight.group);
    return true;
}

bool Committer::is_save_due(const Seat& seat) const {
    if (seat.is_saving.load(std::memory_order_acquire)) return false;
    if (seat.shard.wants_save()) return true;
    return parts_.clock.steady() >= seat.next_save && seat.shard.has_unsaved();
}

// What happens without that protection: the store gets what the log may never have.
void Committer::save_too_early(std::span<Flight> taken) {
    for (Flight& flight : taken) {
        if (!flight.saves) continue;
        const Checkpoint durable = flight.seat->at;
        const std::string last_entry = flight.seat->last_entry;
        advance(flight);
        hand_over(flight);
        flight.saves = false;
        flight.seat->at = durable;
        flight.seat->last_entry = last_entry;
    }
    writer_.drain();
}

void Committer::land() {
    collect_reports();
    land_reported();
}

void Committer::finish() {
    land_all();
    resolve_if_due();
}

void Committer::land_all() {
    if (flights_.empty()) return;
    appender_.flush();
    collect_reports();
    for (Flight& flight : flights_) land(flight);
    flights_.clear();
}

void Committer::collect_reports() {
    for (AppendReport& report : appender_.take_reports()) {
        const auto flight = std::ranges::find_if(flights_, [&](const Flight& any) {
            return any.ticket == report.ticket && any.seat->partition() == report.partition;
        });
        if (flight != flights_.end()) flight->reports.push_back(std::move(report));
    }
}

bool Committer::Flight::is_reported() const {
    std::size_t count = 0;
    for (const AppendReport& report : reports) count += report.count;
    return count >= group.batch.ends.size();
}

void Committer::land_reported() {
    std::erase_if(flights_, [this](Flight& flight) {
        if (!flight.is_reported()) return false;
        land(flight);
        return true;
    });
}

void Committer::land(Flight& flight) {
    Seat& seat = *flight.seat;
    const auto call = std::ranges::find(calls_, flight.ticket, &Call::ticket);
    seat.is_in_flight = false;
    seat.rests_until = {parts_.clock.steady().us + pause_.us};
    if (--call->flights == 0 && options_.witness != nullptr)
        options_.witness->on_group(call->records, parts_.clock.steady() - call->appended_at);
    if (settle(flight, call->appended_at)) tell_observers(flight);
    if (call->flights == 0) calls_.erase(call);
    seat.spare = std::move(flight.group);
    if (seat.shard.has_pending()) wake_.store(true, std::memory_order_release);
}

// Whether the flight's entries are durable, all of them, where they were expected.
bool Committer::settle(Flight& flight, Duration appended_at) {
    Seat& seat = *flight.seat;
    const AppendResult result = result_of(flight.reports, flight.group.batch, flight.group.first);
    const bool is_good =
        result.as_expected || (!options_.protections.check_offsets && !result.failed);
    if (!is_good) {
        if (!options_.protections.answer_in_order)
            resume_all(seat.shard.answer_some([&](Offset offset) {
                return is_reported_at(flight.reports, flight.group.first, offset);
            }),
                       WaitEnd::kDurable);
        doubt(seat, result);
        if (flight.saves) seat.is_saving.store(false, std::memory_order_release);
        return false;
    }
    advance(flight);
    WaiterList durable = seat.shard.commit(appended_at);
    if (options_.witness != nullptr) tell_witness(seat.partition(), durable);
    resume_all(std::move(durable), WaitEnd::kDurable);
    if (flight.saves) hand_over(flight);
    return true;
}

void Committer::tell_witness(Partition partition, const WaiterList& durable) const {
    const Duration now = parts_.clock.steady();
    for (const Waiter* waiter = durable.first(); waiter != nullptr; waiter = waiter->next)
        if (waiter->decided_at) options_.witness->on_durable(partition, now - *waiter->decided_at);
}

void Committer::advance(Flight& flight) {
    Seat& seat = *flight.seat;
    const AppendBatch& batch = flight.group.batch;
    const std::size_t count = batch.ends.size();
    seat.at.offset = flight.group.first + static_cast<Offset>(count) - 1;
    seat.at.seq += count;
    seat.at.time = std::max(seat.at.time, flight.group.time);
    seat.last_entry.assign(batch.entry(count - 1));
}

void Committer::hand_over(Flight& flight) {
    Seat& seat = *flight.seat;
    if (!seat.last_entry.empty()) seat.at.sha256 = to_hex(sha256(seat.last_entry));
    flight.save.checkpoint = seat.at;
    writer_.put(std::move(flight.save), seat.shard, seat.is_saving);
}

void Committer::tell_observers(const Flight& flight) {
    const Seat& seat = *flight.seat;
    for (CommitObserver* observer : observers_) {
        if (!flight.group.open.empty()) observer->on_commit(seat.partition(), flight.group.open);
        observer->on_advance(seat.partition(), seat.at.offset + 1);
    }
}

// ---- Doubt --------------------------------------------------------------------------------------

void Committer::doubt(Seat& seat, const AppendResult& result) {
    doubts_.fetch_add(1, std::memory_order_relaxed);
    seat.state = SeatState::kDoubt;
    seat.must_claim = seat.must_claim || result.failed;
    log_failed_ = log_failed_ || result.failed;
    writer_.drain();  // a save under way knows the streams that are forgotten now
    seat.held.append(seat.shard.suspend());
    resolve_soon();
}

void Committer::resolve_soon() {
    retry_at_ = parts_.clock.steady();
    retry_delay_ = kRetryFirst;
}

void Committer::resolve_if_due() {
    const bool any = std::ranges::any_of(
        seats_, [](const Seat* seat) { return seat->state == SeatState::kDoubt; });
    if (any && parts_.clock.steady() >= retry_at_) resolve();
}

// The log is asked and told with nothing on its way.
void Committer::resolve() {
    land_all();
    writer_.drain();
    std::vector<Seat*> doubtful;
    for (Seat* seat : seats_) {
        if (seat->state != SeatState::kDoubt) continue;
        seat->held.append(seat->shard.suspend());
        seat->reader.reset();
        doubtful.push_back(seat);
    }
    Status resolved = log_failed_ ? parts_.log.recover() : Status{};
    log_failed_ = !resolved;
    if (resolved) resolved = takeover_.resolve(doubtful);
    if (!resolved) {
        log_failed_ = true;
        tell_failure(doubtful, resolved.error());
        retry_at_ = {parts_.clock.steady().us + retry_delay_.us};
        retry_delay_ = {std::min(retry_delay_.us * 2, kRetryMax.us)};
    }
    for (Seat* seat : doubtful) welcome_back(*seat);
}

void Committer::tell_failure(std::span<Seat* const> doubtful, const Error& error) const {
    if (options_.witness == nullptr) return;
    for (const Seat* seat : doubtful)
        options_.witness->on_failed_takeover(seat->partition(), error);
}

// ---- The thread ---------------------------------------------------------------------------------

void Committer::start() {
    writer_.start();
    warmer_.start();
    thread_ = std::thread([this] { run(); });
}

void Committer::run() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, std::chrono::microseconds(rests_ ? pause_.us : kTick.us),
                              [this] { return stopping_ || has_work(); });
            if (stopping_) return;
        }
        if (begin()) land();
    }
}

void Committer::kick() {
    if (wake_.exchange(true, std::memory_order_acq_rel)) return;
    {
        const std::lock_guard lock(mutex_);
    }  // it is not between its look and its wait
    changed_.notify_one();
}

void Committer::stop() {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
    warmer_.stop();
    pause_ = {};
    while (begin()) finish();
    save_all();
    writer_.stop();
    halt();
}

void Committer::halt() {
    for (Seat* seat : seats_) {
        seat->held.append(seat->shard.suspend());
        resume_all(std::move(seat->held), WaitEnd::kStopped);
    }
}

void Committer::save_all() {
    writer_.drain();
    for (Seat* seat : seats_)
        if (seat->state == SeatState::kServing) save_now(*seat);
    writer_.drain();
}

}  // namespace shop
