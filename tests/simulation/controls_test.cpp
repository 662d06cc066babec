// Negative controls (controls.hpp) of the engine, the checkout and its effects.
#include <catch2/catch.hpp>

#include "core/decision.hpp"
#include "tests/simulation/controls.hpp"

namespace shop::simulation {
namespace {

// Whatever is asked for is held, there or not.
Result<Decision> decide_without_stock_limit(const AnyCommand& command, const Streams& streams,
                                            const Env& env) {
    const auto* reserve = command.get_if<stock::Reserve>();
    if (reserve == nullptr) return decide_any(command, streams, env);
    const auto* state = streams.find<stock::State>(reserve->stock);
    Decision decision;
    if (state == nullptr || find_outcome(*state, *reserve)) return decision;
    decision.add(reserve->stock, stock::Reserved{reserve->reservation, reserve->quantity, 0});
    return decision;
}

// An authorization that comes after the checkout has failed is overheard.
Result<Decision> decide_without_late_money(const AnyCommand& command, const Streams& streams,
                                           const Env& env) {
    auto decision = decide_any(command, streams, env);
    if (command.get_if<payment::RecordProviderResult>() == nullptr || !decision) return decision;
    for (const NewEvent& event : decision->events) {
        const auto* voided = event.data.get_if<payment::VoidRequested>();
        if (voided != nullptr && voided->reason == payment::VoidReason::kLate) return Decision{};
    }
    return decision;
}

// A failed checkout does not give its units back.
Result<Decision> decide_without_release(const AnyCommand& command, const Streams& streams,
                                        const Env& env) {
    auto decision = decide_any(command, streams, env);
    if (command.get_if<stock::Release>() == nullptr || !decision) return decision;
    for (NewEvent& event : decision->events)
        if (const auto* released = event.data.get_if<stock::Released>())
            event.data = stock::Released{{released->reservation.order_id, LineId::derive({"none"}),
                                          released->reservation.attempt},
                                         0,
                                         released->reason};
    return decision;
}

// What a decision is shown if nobody has locked the cart.
class Unlocked final : public Streams {
  public:
    Unlocked(const Streams& streams, const CartId& id) : streams_(streams), id_(id) {
        const auto* cart = streams.find<cart::State>(id);
        if (cart == nullptr || cart->status != cart::Status::kCheckingOut) return;
        cart::State open = *cart;
        open.status = cart::Status::kOpen;
        cart_ = std::move(open);
    }
    const AnyState* find_any(const StreamId& id) const override {
        return cart_ && id == StreamId(id_) ? &*cart_ : streams_.find_any(id);
    }
    std::uint64_t version_of(const StreamId& id) const override { return streams_.version_of(id); }

  private:
    const Streams& streams_;
    const CartId id_;
    std::optional<AnyState> cart_;
};

// Whoever checks out begins a checkout of his own, be there one under way or not.
Result<Decision> decide_without_lock(const AnyCommand& command, const Streams& streams,
                                     const Env& env) {
    const auto* start = command.get_if<checkout::Start>();
    if (start == nullptr) return decide_any(command, streams, env);
    return decide_any(command, Unlocked(streams, start->cart), env);
}

// The world without one of the engine's protections.
WorldOptions without(bool Protections::* protection) {
    WorldOptions options;
    options.engine.protections.*protection = false;
    return options;
}

TEST_CASE("control: a provider that gets another key each time", "[simulation]") {
    WorldOptions options;
    options.fresh_keys = true;
    CHECK(is_found(options, {"more is held than was taken"}));
}

TEST_CASE("control: reservations without a limit", "[simulation]") {
    CHECK(is_found(deciding(decide_without_stock_limit), {"is oversold"}));
}

TEST_CASE("control: late authorizations that nobody voids", "[simulation]") {
    CHECK(is_found(deciding(decide_without_late_money), {"the provider"}));
}

TEST_CASE("control: failed checkouts that keep their units", "[simulation]") {
    CHECK(is_found(deciding(decide_without_release), {"promised to nobody"}));
}

TEST_CASE("control: several checkouts of one cart at once", "[simulation]") {
    WorldOptions options = deciding(decide_without_lock);
    options.double_clicks = 900;
    CHECK(is_found(options, {"more is held than was taken"}));
}

TEST_CASE("control: commands whose ids are forgotten", "[simulation]") {
    CHECK(is_found(without(&Protections::ids_are_known), {"was carried out twice"}));
}

TEST_CASE("control: answers that do not look at the offset", "[simulation]") {
    CHECK(is_found(without(&Protections::check_offsets),
                   {"not in the log", "did not say", "ahead of"}));
}

TEST_CASE("control: answers that do not wait for those before them", "[simulation]") {
    CHECK(is_found(without(&Protections::answer_in_order),
                   {"not in the log", "as it was before", "did not say"}));
}

TEST_CASE("control: reads of what is not durable", "[simulation]") {
    CHECK(is_found(without(&Protections::hold_speculation), {"was shown", "as it was before"}));
}

TEST_CASE("control: a state store that is written before the log", "[simulation]") {
    CHECK(is_found(without(&Protections::log_before_state),
                   {"ahead of", "was shown", "as it was before", "out of order"}));
}

TEST_CASE("control: a view whose checkpoint is saved without its rows", "[simulation]") {
    WorldOptions options;
    options.view_saves_apart = true;
    CHECK(is_found(options, {"in the view"}));
}

}  // namespace
}  // namespace shop::simulation
