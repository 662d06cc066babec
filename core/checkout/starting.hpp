// What StartCheckout and PlaceOrder have in common. Pure.
#pragma once

#include <optional>

#include "core/checkout/checkout.hpp"
#include "core/decision.hpp"
#include "core/payment/payment.hpp"

namespace shop::checkout {

std::unexpected<Error> total_changed(const Money& total);

// That the total can be paid like that. Shoppers pay now, at a provider the store lists; staff and
// imports may also sell offline, or on account (no payment).
shop::Status check_payment(const std::optional<PaymentChoice>& payment, const Money& total,
                           Source source, const Env& env);

// That a further attempt may begin: not too many payments were declined in those before, and an
// order number is left; and the number of its first payment. `previous` is nullptr if there was no
// attempt. To be asked before lines and totals are made: a decision that asks for a stream that is
// not in memory begins anew once it is.
Result<std::int32_t> first_payment(const OrderId& order, const State* previous,
                                   const Streams& streams, const Env& env);

struct IntendedPayment {
    PaymentId id;
    payment::Initiated initiated;
};

// Plans the payment of the whole total, to be submitted once the stock is held; nothing if there is
// nothing to pay, or it is not paid now. `number` is that of first_payment().
std::optional<IntendedPayment> plan_payment(Started& started,
                                            const std::optional<PaymentChoice>& choice,
                                            std::int32_t number);

// The next payment on the quote of a checkout that is under way: a declined one leaves it paying,
// and another card gets the same units. No event if no payment is missing.
Result<Decision> pay_again(const std::optional<PaymentChoice>& choice,
                           const std::optional<Money>& expected_total, const State& state,
                           const Streams& streams, const Env& env);

}  // namespace shop::checkout
