// What the runner does because time has passed.
#include <algorithm>
#include <utility>

#include "core/cart/person_key.hpp"
#include "events/effects/runner.hpp"

namespace shop {
namespace {

// More than the time between two saves of the state store.
constexpr Duration kExpiryPause = seconds(5);

// A cart that is over cannot be used again (core/cart); once it has been for so long, no process's
// clock says otherwise, and its key may go.
constexpr Duration kExpiryGrace = hours(1);

}  // namespace

void EffectRunner::tick() {
    look_at_all();
    look_at_concerns();
    sweep_tokens();
    expire_carts();
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
void EffectRunner::expire_carts() {
    if (is_stopping_ || is_expiring_) return;
    is_expiring_ = true;
    ++under_way_;
    shop::start(run_expiry(), [this](bool is_more_due) {
        is_expiring_ = false;
        if (is_more_due)
            loop_.post_after(kExpiryPause, [this, alive = alive_] {
                if (*alive) expire_carts();
            });
        ended();
    });
}

// Those that were over at `by`, once nothing personal in them can be read any more: the keys first
// and the records second, so that whatever is cut off in between is only done again.
Task<std::optional<std::vector<CartId>>> EffectRunner::forget_buyers(std::vector<StreamId> due,
                                                                     Time by) {
    std::vector<CartId> carts;
    std::vector<Erasure> erasures;
    for (const StreamId& stream : due) {
        const auto snapshot = co_await own_.read(loop_, stream);
        if (!snapshot || is_stopping_) co_return std::nullopt;
        const auto* cart =
            snapshot->state == nullptr ? nullptr : std::get_if<cart::State>(snapshot->state.get());
        if (cart == nullptr || !cart::is_over(*cart, by)) continue;
        carts.push_back(stream.as<CartId>());
        // The same each time, so that it is listed once.
        Erasure erasure{.customer = {},
                        .keys = cart::person_keys_of(*cart),
                        .reason = {"cart-expired", ""},
                        .at = cart->changed_at + cart::kLife};
        if (!erasure.keys.empty()) erasures.push_back(std::move(erasure));
    }
    if (!erasures.empty() && !co_await ports_.erase(std::move(erasures))) co_return std::nullopt;
    co_return carts;
}

// One after another: nobody waits for it.
Task<bool> EffectRunner::run_expiry() {
    bool is_more_due = false;
    const Time by = own_.now() - kExpiryGrace;
    for (const Partition& partition : map_.partitions().all()) {
        if (partition.topic != Topic::kCommerce || !moment(partition).deadlines) continue;
        auto due = own_.due_streams(partition, StreamKind::kCart, by, options_.expired_per_look);
        if (!due) continue;  // the next look tries again
        const bool is_full = due->size() == options_.expired_per_look;
        const auto carts = co_await forget_buyers(std::move(*due), by);
        if (!carts) continue;  // likewise
        is_more_due = is_more_due || is_full;
        for (const CartId& cart : *carts) {
            if (is_stopping_) co_return false;
            Step step = expire_step(cart);
            const auto receipt = co_await own_.submit(
                loop_, submission_of(std::move(step.command), step.id, cart.to_string()));
            if (!receipt && receipt.error().type == "not-owner") break;
            if (!receipt && receipt.error().code == ErrorCode::kUnavailable) co_return false;
            if (receipt && receipt->changed && !receipt->replayed) ++counters_.carts_expired;
        }
    }
    co_return is_more_due;
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
