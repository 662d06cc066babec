// Money under test that a provider has and nobody asked for, and verbs for what the provider and
// staff do with it.
#pragma once

#include <utility>
#include <vector>

#include "core/effect.hpp"
#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {

inline const Reason kStrange{"strange", "no order has this reference"};

class Found {
  public:
    explicit Found(payment::ResultOf result) { says(std::move(result)); }

    static payment::ResultAuthorized held() { return {"sbx_9", gbp(1'999), {}, false}; }
    static payment::ResultCaptured taken() { return {"sbx_9", gbp(1'999), {}}; }
    // By the n-th capture; by 0, all that was taken so far.
    static payment::ResultCaptured taken(int n, std::int64_t pence) {
        return {"sbx_9", gbp(pence), n == 0 ? CaptureId() : CaptureId::derive({std::to_string(n)})};
    }

    Found& says(payment::ResultOf result) {
        scenario.when(payment::RecordProviderResult{id, "sandbox", {std::move(result), {}, {}}});
        return *this;
    }
    Found& give_back() {
        scenario.when(payment::GiveBackDiscovered{id, kStrange});
        return *this;
    }
    Found& close() {
        scenario.when(payment::CloseDiscovered{id, kStrange});
        return *this;
    }
    Found& refund_refused() {
        return says(payment::ResultFailed{.operation = payment::Operation::kRefund,
                                          .capture_id = {},
                                          .code = "closed",
                                          .refund_id = state().refunds.back().refund_id});
    }

    Found& void_refused(int times = 1) {
        for (int i = 0; i < times; ++i)
            says(payment::ResultFailed{payment::Operation::kVoid, {}, "busy"});
        return *this;
    }
    Found& refunded() {
        return says(payment::ResultRefunded{"sbx_9", state().refunds.back().amount,
                                            state().refunds.back().refund_id});
    }

    const payment::State& state() const { return scenario.state<payment::State>(id); }
    bool is_shown() const { return needs_operator(state(), kNoon).has_value(); }
    std::vector<Effect> owed() const {
        return pending(id, *scenario.streams().find_any(id), {}, kNoon);
    }

    const PaymentId id = payment::discovered_id("sandbox", "sbx_9");
    Scenario scenario;
};

}  // namespace shop::tests
