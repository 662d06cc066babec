// One purchase under test: a cart with two mugs and a tea, addressed and complete, and verbs for
// what shopper, stock and provider do to it.
#pragma once

#include <string>

#include "core/effect.hpp"
#include "core/order/order.hpp"
#include "core/payment/payment.hpp"
#include "tests/support/given.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::tests {

class Purchase {
  public:
    // The order's total: two mugs, a tea and the delivery.
    static constexpr std::int64_t kMug = 1'000;
    static constexpr std::int64_t kTea = 500;
    static constexpr std::int64_t kTotal = 2 * kMug + kTea + 395;

    Purchase();

    // The decision under test runs in here.
    Scenario scenario;
    TestCatalog catalog;
    CartId cart;
    CheckoutId checkout_id;
    OrderId order;
    SeriesId numbers;
    payment::Capabilities provider_can;

    checkout::Start start_command(const std::string& token = "tok_ok") const;
    Purchase& start();
    // The provider says that of the order's n-th payment.
    Purchase& says(payment::ResultOf result, int n = 1);
    Purchase& authorized(int n = 1);
    Purchase& declined(int n = 1);
    Purchase& pay_again();
    Purchase& cancel();
    Purchase& place() { return start().authorized(); }
    // The deadline comes.
    Purchase& run_out_of_time();
    // All that a failed checkout's stock items owe is acknowledged.
    Purchase& released();

    PaymentId payment_id(int n = 1) const { return payment::payment_of(order, n); }
    const checkout::State& checkout() const;
    const payment::State& payment(int n = 1) const;
    const cart::State& cart_state() const;
    bool has_order() const { return scenario.streams().find_any(order) != nullptr; }
    checkout::Outcome outcome() const { return checkout::checkout_outcome(checkout()); }
    LineId line(int n) const {
        return checkout().quote.lines.at(static_cast<std::size_t>(n)).line_id;
    }

    std::vector<Effect> pending(const StreamId& stream, const Answers& answers = {}) const;
    std::optional<Step> advance(const StreamId& stream, const Answers& answers) const;

    Time now = kNoon;
};

// Results as the provider words them.
payment::ResultAuthorized authorized_result(std::int64_t pence = Purchase::kTotal);
payment::ResultDeclined declined_result();
payment::ResultActionRequired action_result();

}  // namespace shop::tests
