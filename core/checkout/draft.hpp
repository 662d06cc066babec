// A record over a checkout in the making: the steps that several decisions share. Each event of the
// checkout is folded as soon as it is added, so that every step sees what those before it made.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "core/checkout/checkout.hpp"
#include "core/decision.hpp"
#include "core/payment/payment.hpp"

namespace shop::checkout {

// One decision. `streams` and `env` must outlive it.
class Draft {
  public:
    Draft(const State& checkout, const Streams& streams, const Env& env);

    const State& state() const { return state_; }

    template <class Event>
    void add(Event event) {
        evolve(state_, event, env_.now);
        decision_.add(id_, std::move(event));
    }
    // An event of another stream.
    template <class Event>
    void add_to(const StreamId& stream, Event event, std::optional<Time> effective_at = {}) {
        decision_.add(stream, std::move(event), effective_at);
    }

    // Every line is held; nothing if that was told before.
    void hold_stock();

    // Records answers. The last one a failed checkout waits for opens its cart again.
    void answer(std::vector<EffectAnswer> answers);

    // Ends it without an order: releases are owed from now on, and so is a void of each payment
    // that has no end yet.
    void fail(Failed failed, payment::VoidReason why);
    void fail(FailReason reason, std::vector<RefusedLine> lines, payment::VoidReason why) {
        fail(Failed{.reason = reason, .lines = std::move(lines)}, why);
    }

    // Asks for a void of each payment without an end but `except`; one asked for with the right to
    // spare an authorization (kExpired) is asked for anew if that right is gone.
    void void_open_payments(payment::VoidReason why, const PaymentId& except = {});

    // Makes the order. kUnavailable, with nothing added, if the partition has no number left.
    // `paid_by` is empty if there was nothing to pay.
    shop::Status place(const PaymentId& paid_by);

    Decision take() && { return std::move(decision_); }

  private:
    void unlock_if_closed();

    const Streams& streams_;
    const Env& env_;
    const CheckoutId id_;
    State state_;
    Decision decision_;
};

}  // namespace shop::checkout
