// What the runner does because time has passed.
#include <algorithm>
#include <utility>

#include "events/effects/runner.hpp"

namespace shop {
namespace {

// More than the time between two saves of the state store.
constexpr Duration kExpiryPause = seconds(5);

// A cart that is over cannot be used again (core/cart), and a try of an order by phone never has
// the key of one before; once it has been over for so long, no process's clock says otherwise, and
// its key may go. And so long a process runs before it ends any.
constexpr Duration kExpiryGrace = hours(1);

// A sector that cannot be read stays so, and concerns one stream; all else that is not possible now
// may be later.
bool is_passing(const Error& error) {
    return error.code == ErrorCode::kUnavailable && error.type != "disk-failed";
}

}  // namespace

void EffectRunner::tick() {
    look_at_all();
    look_at_concerns();
    sweep_tokens();
    expire();
    loop_.post_after(options_.look_interval, [this, alive = alive_] {
        if (*alive && !is_stopping_) tick();
    });
}

// Units that are held too long, money that is not held much longer; and what was listed so far, for
// it may have been mended.
void EffectRunner::look_at_concerns() {
    for (const AttentionItem& item : ports_.attention.list({}, options_.streams_max))
        visit(item.stream);
    if (!own_.clock_is_sane()) return;
    for (const Partition& partition : map_.partitions().all()) {
        if (partition.topic != Topic::kCommerce) continue;
        for (const StreamKind kind : {StreamKind::kStock, StreamKind::kPayment}) {
            const auto due =
                own_.due_streams(partition, kind, own_.now(), options_.overdue_per_look);
            if (!due) continue;
            for (const StreamId& stream : *due) visit(stream);
        }
    }
}

// What is due was seen in the state store, which learns of an expired cart a second later: a look
// that found more than it took is followed by another only then.
void EffectRunner::expire() {
    if (is_stopping_ || is_expiring_) return;
    is_expiring_ = true;
    ++under_way_;
    shop::start(run_expiry(), [this](bool is_more_due) {
        is_expiring_ = false;
        if (is_more_due)
            loop_.post_after(kExpiryPause, [this, alive = alive_] {
                if (*alive) expire();
            });
        ended();
    });
}

// An hour in office, by the steady clock. A wall clock that is wrong at the start has nothing to be
// compared with; whoever corrects it in that hour makes it differ from the steady one, and then
// nothing expires until the next start.
bool EffectRunner::may_expire(Partition partition) const {
    const auto office = offices_.find(partition);
    return moment(partition).deadlines &&
           clock_.steady() >= Duration{office->second.us + kExpiryGrace.us};
}

// Without those that are left alone, which would stand in front of all others for ever.
Result<std::vector<StreamId>> EffectRunner::due_to_expire(Partition partition, StreamKind kind,
                                                          Time by) const {
    SHOP_TRY(due,
             own_.due_streams(partition, kind, by, options_.expired_per_look + unreadable_.size()));
    std::erase_if(due, [this](const StreamId& id) { return unreadable_.contains(id); });
    if (due.size() > options_.expired_per_look) due.resize(options_.expired_per_look);
    return std::move(due);
}

// False, for whoever gives up: the next look tries again.
bool EffectRunner::cut_off(const Error& error) {
    if (error.type != "not-owner") ++counters_.expiries_cut_off;
    return false;
}

// One that is damaged, or is refused for good, is no reason to keep what all others said.
void EffectRunner::leave_alone(const StreamId& stream, const Error& error) {
    unreadable_.insert(stream);
    ++counters_.expiries_unreadable;
    ports_.attention.set({.stream = stream,
                          .reason = "Its time is over, and it cannot expire. " + error.message,
                          .parked = {},
                          .since = own_.now()});
}

// Of `due`, what was over at `by` goes to `over`, once nothing personal in it can be read any more:
// the keys first and the records second, so that whatever is cut off in between is only done again.
// False: not possible now.
Task<bool> EffectRunner::forget_buyers(std::vector<StreamId> due, Time by,
                                       std::vector<Expiry>& over) {
    std::vector<ExpiringStream> expiring;
    for (const StreamId& stream : due) {
        const auto snapshot = co_await own_.read(loop_, stream);
        if (is_stopping_) co_return false;
        if (!snapshot && is_passing(snapshot.error())) co_return cut_off(snapshot.error());
        if (!snapshot) {
            leave_alone(stream, snapshot.error());
            continue;
        }
        if (snapshot->state == nullptr) continue;
        auto found = expiry(stream, *snapshot->state, by);
        if (!found) continue;
        if (!found->keys.empty()) expiring.push_back({stream, found->keys});
        over.push_back(std::move(*found));
    }
    if (expiring.empty() || co_await ports_.erase(std::move(expiring))) co_return true;
    ++counters_.expiries_cut_off;
    co_return false;
}

Task<Status> EffectRunner::record_expiry(Expiry over) {
    const auto receipt = co_await own_.submit(
        loop_, submission_of(std::move(over.step.command), over.step.id, over.stream.to_string()));
    if (!receipt) co_return std::unexpected(receipt.error());
    const bool is_cart = over.stream.kind == StreamKind::kCart;
    if (receipt->changed && !receipt->replayed)
        ++(is_cart ? counters_.carts_expired : counters_.guests_forgotten);
    co_return Status{};
}

// One after another: nobody waits for it. True: more are due.
Task<bool> EffectRunner::expire_some(Partition partition, StreamKind kind, Time by) {
    auto due = due_to_expire(partition, kind, by);
    if (!due) co_return cut_off(due.error());
    const bool is_full = due->size() == options_.expired_per_look;
    std::vector<Expiry> over;
    if (!co_await forget_buyers(std::move(*due), by, over)) co_return false;
    for (Expiry& each : over) {
        if (is_stopping_) co_return false;
        const StreamId stream = each.stream;
        const Status recorded = co_await record_expiry(std::move(each));
        if (recorded) continue;
        if (recorded.error().code == ErrorCode::kUnavailable) co_return cut_off(recorded.error());
        leave_alone(stream, recorded.error());
    }
    co_return is_full;
}

Task<bool> EffectRunner::run_expiry() {
    bool is_more_due = false;
    const Time by = own_.now() - kExpiryGrace;
    for (const Partition& partition : map_.partitions().all())
        for (const StreamKind kind : kExpiringKinds) {
            if (is_stopping_ || unreadable_.size() >= options_.unreadable_max) co_return false;
            if (partition.topic != Topic::kCommerce || !may_expire(partition)) continue;
            const bool is_full = co_await expire_some(partition, kind, by);
            is_more_due = is_more_due || is_full;
        }
    co_return is_more_due && !is_stopping_;
}

Moment EffectRunner::moment(Partition partition) const {
    const Duration steady = clock_.steady();
    const auto office = offices_.find(partition);
    const bool are_kept = office != offices_.end() && steady >= office->second;
    return {own_.now(), steady, are_kept && own_.clock_is_sane()};
}

void EffectRunner::wake(const StreamId& stream, std::optional<Duration> steady) {
    alarms_.set(stream, steady);
    arm();
}

// A posted function cannot be taken back, so at most one is posted for each earlier moment.
void EffectRunner::arm() {
    const auto next = alarms_.next();
    if (!next || (armed_for_ && *armed_for_ <= *next)) return;
    armed_for_ = next;
    const Duration delay{std::max<std::int64_t>(next->us - clock_.steady().us, 0)};
    loop_.post_after(delay, [this, alive = alive_, at = *next] {
        if (!*alive) return;
        if (armed_for_ == at) armed_for_.reset();
        for (const StreamId& stream : alarms_.take(clock_.steady())) visit(stream);
        arm();
    });
}

}  // namespace shop
