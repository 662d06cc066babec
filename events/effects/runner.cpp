#include "events/effects/runner.hpp"

#include <algorithm>
#include <utility>

#include "core/base/assert.hpp"

namespace shop {

EffectRunner::EffectRunner(EffectEngines engines, Executor& loop, const Clock& clock,
                           const SlotMap& map, EffectPorts ports, EffectOptions options)
    : own_(engines.own),
      all_(engines.all),
      loop_(loop),
      clock_(clock),
      map_(map),
      ports_(std::move(ports)),
      options_(options),
      backoff_(options.seed),
      turnstile_(options.running_max, options.running_per_target_max),
      tokens_(own_, loop, map, ports_.tokens) {}

EffectRunner::~EffectRunner() {
    SHOP_ASSERT(under_way_ == 0);
    *alive_ = false;
}

void EffectRunner::start() {
    is_started_ = true;
    for (const auto& [partition, deadlines_from] : offices_) take_up(partition);
    tick();
}

void EffectRunner::stop(Executor::Function done) {
    is_stopping_ = true;
    to_visit_.clear();
    when_idle_ = std::move(done);
    ++under_way_;
    ended();
}

// ---- Offices ------------------------------------------------------------------------------------

void EffectRunner::on_office(Partition partition, const Term&, bool is_held) {
    loop_.post([this, alive = alive_, partition, is_held] {
        if (*alive) office_changed(partition, is_held);
    });
}

void EffectRunner::office_changed(Partition partition, bool is_held) {
    if (!is_held) return drop(partition);
    if (offices_.try_emplace(partition).second && is_started_) take_up(partition);
}

void EffectRunner::take_up(Partition partition) {
    offices_[partition] = {clock_.steady().us + options_.deadlines_after.us};
    if (partition.topic == Topic::kCommerce)
        open_series(series::local_series(map_.slot_on(partition)), 1);
    for (const PaymentId& payment : tokens_.payments_of(partition)) visit(payment);
    loop_.post_after(options_.deadlines_after, [this, alive = alive_, partition] {
        if (!*alive) return;
        look_at(partition);
        expire();
    });
}

// A visit finds that the stream is decided elsewhere, and drops it once nothing is in flight.
void EffectRunner::drop(Partition partition) {
    offices_.erase(partition);
    for (const auto& [stream, followed] : followed_)
        if (map_.partition_of(stream) == partition) visit(stream);
}

// ---- Which streams ------------------------------------------------------------------------------

void EffectRunner::on_commit(Partition, std::span<const StreamId> streams) {
    if (streams.empty()) return;
    {
        const std::lock_guard lock(inbox_mutex_);
        const bool is_posted = !inbox_.empty();
        inbox_.insert(inbox_.end(), streams.begin(), streams.end());
        if (is_posted) return;
    }
    loop_.post([this, alive = alive_] {
        if (*alive) drain_inbox();
    });
}

void EffectRunner::drain_inbox() {
    std::vector<StreamId> touched;
    {
        const std::lock_guard lock(inbox_mutex_);
        touched.swap(inbox_);
    }
    if (!is_started_) return;  // start() looks at everything
    for (const StreamId& stream : touched) visit(stream);
}

void EffectRunner::look_at_all() {
    for (const Partition& partition : map_.partitions().all())
        if (partition.topic != Topic::kClicks) look_at(partition);
}

void EffectRunner::look_at(Partition partition) {
    const auto open = own_.open_streams(partition);
    if (!open) return;  // the next look tries again
    for (const StreamId& stream : *open) visit(stream);
}

// ---- Visits -------------------------------------------------------------------------------------

void EffectRunner::visit(const StreamId& stream) {
    if (is_stopping_) return;
    auto at = followed_.find(stream);
    if (at == followed_.end()) {
        if (followed_.size() >= options_.streams_max) {
            ++counters_.streams_left_out;
            return;
        }
        at = followed_.emplace(stream, std::make_unique<Followed>(stream)).first;
        ++counters_.streams_followed;
    }
    Followed& followed = *at->second;
    followed.look_again = true;
    if (followed.is_visited) return;
    followed.is_visited = true;
    to_visit_.push_back(stream);
    start_visits_soon();
}

// A commit answers many effects of one stream in a row: one visit looks at all of them.
void EffectRunner::start_visits_soon() {
    if (std::exchange(are_visits_posted_, true)) return;
    loop_.post([this, alive = alive_] {
        if (!*alive) return;
        are_visits_posted_ = false;
        start_visits();
    });
}

// A visit that waits for nothing ends in here, and is no reason to begin anew: there may be very
// many of them in a row.
void EffectRunner::start_visits() {
    if (std::exchange(are_visits_starting_, true)) return;
    while (visits_ < options_.visits_max && !to_visit_.empty()) {
        const StreamId stream = to_visit_.front();
        to_visit_.pop_front();
        ++visits_;
        ++under_way_;
        shop::start(run_visit(stream), [this, stream](bool is_finished) {
            --visits_;
            end_visit(stream, is_finished);
            start_visits();
            ended();
        });
    }
    are_visits_starting_ = false;
}

// Records one step after the other, each decided on the state the last one made; then sends what
// is due. True: the stream owes nothing any more.
Task<bool> EffectRunner::run_visit(StreamId stream) {
    Followed& followed = *followed_.at(stream);  // stays while it is visited
    while (!is_stopping_) {
        followed.look_again = false;
        const auto snapshot = co_await own_.read(loop_, stream);
        if (!snapshot) co_return read_failed(stream, followed, snapshot.error());
        followed.failed_reads = 0;
        unreadable_.erase(stream);  // it loses its place among what needs attention, too
        if (snapshot->state == nullptr) co_return true;
        Todo todo = followed.agenda.look(*snapshot->state, moment(map_.partition_of(stream)));
        if (todo.step) {
            co_await record(stream, std::move(*todo.step));
            continue;
        }
        tell_attention(stream, followed, *snapshot->state, todo);
        for (const PaymentId& payment : tokens_.follow(stream, *snapshot->state)) visit(payment);
        for (Effect& effect : todo.effects) send(stream, followed, std::move(effect));
        wake(stream, todo.wake);
        co_return todo.is_finished;
    }
    co_return false;
}

// True: somebody else decides the stream, and runs its effects. What is in flight ends with another
// visit.
bool EffectRunner::read_failed(const StreamId& stream, Followed& followed, const Error& error) {
    if (error.type == "not-owner") {
        alarms_.set(stream, std::nullopt);
        ports_.attention.forget(stream);
        return followed.agenda.in_flight() == 0;
    }
    const Duration delay = backoff_.after(++followed.failed_reads);
    wake(stream, Duration{clock_.steady().us + delay.us});
    return false;
}

void EffectRunner::end_visit(const StreamId& stream, bool is_finished) {
    Followed& followed = *followed_.at(stream);
    followed.is_visited = false;
    if (followed.look_again) return visit(stream);
    if (!is_finished) return;
    alarms_.set(stream, std::nullopt);
    followed_.erase(stream);
    --counters_.streams_followed;
}

Task<bool> EffectRunner::record(StreamId stream, Step step) {
    const auto receipt =
        co_await own_.submit(loop_, submission_of(step.command, step.id, stream.to_string()));
    Followed& followed = *followed_.at(stream);
    // A step that changes nothing, and is still there at the next look, must not come at once.
    const bool is_progress = receipt && receipt->changed && !receipt->replayed;
    if (is_progress)
        followed.agenda.step_recorded();
    else
        followed.agenda.step_stalled(step, clock_.steady(), backoff_);
    followed.complaint.clear();
    if (!receipt) {
        ++counters_.steps_failed;
        const bool is_refused = receipt.error().code != ErrorCode::kUnavailable;
        if (is_refused) followed.complaint = receipt.error().message;
        co_return false;
    }
    ++counters_.steps_recorded;
    last_seen_ = std::max(last_seen_, receipt->time);
    const auto* result = step.command.get_if<payment::RecordProviderResult>();
    if (result != nullptr && !result->payment.is_empty()) visit(result->payment);
    co_return is_progress;
}

void EffectRunner::tell_attention(const StreamId& stream, const Followed& followed,
                                  const AnyState& state, const Todo& todo) const {
    AttentionItem item{stream, followed.complaint, {}, own_.now(), ConcernKind::kWrong};
    for (const Effect& effect : todo.parked) {
        item.parked.push_back(effect.id);
        item.since = std::min(item.since, effect.since);
        item.reason = "An effect found no answer in five days and is not sent any more.";
    }
    if (auto concern = needs_operator(state, own_.now())) {
        item.reason = std::move(concern->reason);
        item.kind = concern->kind;
        if (concern->since != Time{}) item.since = std::min(item.since, concern->since);
    }
    ports_.attention.set(std::move(item));
}

void EffectRunner::sweep_tokens() {
    const Duration now = clock_.steady();
    const bool leads = offices_.contains({Topic::kCatalog, 0});
    if (!tokens_.is_sweep_due(now, leads) || std::exchange(is_sweeping_, true)) return;
    ++under_way_;
    shop::start(tokens_.sweep(now), [this](bool) {
        is_sweeping_ = false;
        ended();
    });
}

// ---- Effects ------------------------------------------------------------------------------------

void EffectRunner::send(const StreamId& stream, Followed& followed, Effect effect) {
    const std::string target = target_name(effect.call);
    if (!turnstile_.enter(target)) {
        if (!std::exchange(followed.is_waiting, true)) turnstile_.wait(target, stream);
        return;
    }
    followed.agenda.effect_started(effect.id);
    ++counters_.effects_sent;
    ++counters_.effects_running;
    ++under_way_;
    const EffectId id = effect.id;
    shop::start(run_effect(std::move(effect)),
                [this, stream, id, target](std::optional<Outcome> outcome) {
                    effect_ended(stream, id, target, std::move(outcome));
                    ended();
                });
}

Task<std::optional<Outcome>> EffectRunner::run_effect(Effect effect) {
    if (!is_provider_call(effect.call)) co_return co_await call_stream(std::move(effect));
    co_return Outcome(co_await ports_.call_provider(effect.id, std::move(effect.call)));
}

Task<std::optional<Outcome>> EffectRunner::call_stream(Effect effect) {
    auto command = command_of(effect.call);
    SHOP_ASSERT(command.has_value());
    auto called = co_await all_.call(
        loop_, submission_of(std::move(*command), command_id_of(effect), effect.id.to_string()),
        std::move(effect.call));
    if (!called) co_return std::nullopt;
    last_seen_ = std::max(last_seen_, called->time);
    co_return std::move(called->outcome);
}

void EffectRunner::effect_ended(const StreamId& stream, const EffectId& effect,
                                const std::string& target, std::optional<Outcome> outcome) {
    --counters_.effects_running;
    if (!outcome) ++counters_.effects_unanswered;
    // It is followed still: a stream with something in flight never ends.
    Agenda& agenda = followed_.at(stream)->agenda;
    const bool is_due_again = !outcome;
    agenda.effect_ended(effect, std::move(outcome), clock_.steady(), backoff_);
    if (is_due_again || agenda.wants_look()) visit(stream);
    for (const StreamId& called : turnstile_.leave(target)) {
        const auto at = followed_.find(called);
        if (at == followed_.end()) continue;
        at->second->is_waiting = false;
        visit(called);
    }
}

void EffectRunner::open_series(const SeriesId& series, int tries) {
    if (is_stopping_) return;
    const CommandId id = CommandId::derive(series.slot(), {series.to_string(), "open"});
    ++under_way_;
    shop::start(own_.submit(loop_, submission_of(series::Open{series}, id, "")),
                [this, series, tries](const Result<Receipt>& receipt) {
                    if (!receipt && receipt.error().type != "not-owner")
                        loop_.post_after(backoff_.after(tries),
                                         [this, alive = alive_, series, tries] {
                                             if (*alive) open_series(series, tries + 1);
                                         });
                    ended();
                });
}

Submission EffectRunner::submission_of(AnyCommand command, const CommandId& id,
                                       std::string cause) const {
    Submission submission;
    submission.command = std::move(command);
    submission.id = id;
    submission.actor = {.kind = ActorKind::kSystem, .id = "effects"};
    submission.causation = std::move(cause);
    submission.not_before = std::max(last_seen_, own_.now());
    return submission;
}

void EffectRunner::ended() {
    if (--under_way_ > 0 || !is_stopping_ || !when_idle_) return;
    std::exchange(when_idle_, nullptr)();
}

}  // namespace shop
