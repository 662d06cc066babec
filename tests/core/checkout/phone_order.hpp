// An order by phone, or of the past, under test: what is sold without a cart, and verbs for what
// the stock makes of it.
#pragma once

#include <string>
#include <vector>

#include "core/effect.hpp"
#include "core/order/order.hpp"
#include "core/payment/payment.hpp"
#include "tests/support/given.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::tests {

inline constexpr Time kLastYear{kNoon.us - days(365).us};

class PhoneOrder {
  public:
    PhoneOrder();

    Scenario scenario;
    TestCatalog catalog;
    OrderId order;
    CheckoutId checkout_id;

    // Two mugs and a tea at the list's prices, on an invoice that counts as paid.
    checkout::PlaceOrder command;

    // The next try's contact and address have that key.
    PhoneOrder& seal_with(const std::string& key);
    // The next try is for nobody who is known …
    PhoneOrder& for_guest(const std::string& key);
    // … or for a customer, who has those keys.
    PhoneOrder& for_customer(const std::string& name, std::vector<std::string> keys = {});

    PhoneOrder& place();
    // The stock holds every line, and whatever follows from it is recorded.
    PhoneOrder& hold_all();
    // The stock has nothing.
    PhoneOrder& refuse_all();
    // … and has let go of what the failed checkout may have held.
    PhoneOrder& release_all();

    const checkout::State& checkout() const { return scenario.state<checkout::State>(checkout_id); }
    const order::State& sold() const { return scenario.state<order::State>(order); }
    const payment::State& payment(int n = 1) const {
        return scenario.state<payment::State>(payment::payment_of(order, n));
    }
    std::vector<Effect> pending(const StreamId& stream, const Answers& answers = {}) const;
    std::optional<Step> advance(const StreamId& stream, const Answers& answers = {}) const;

  private:
    PhoneOrder& answer_all(const stock::Outcome& outcome);
};

// Lines of a PlaceOrder.
checkout::OrderLine item(const std::string& sku, std::int64_t quantity);
checkout::OrderLine item(const std::string& sku, std::int64_t quantity, Money agreed);
checkout::OrderLine extra(sale::LineKind kind, const std::string& title, Money amount);

}  // namespace shop::tests
