// What an order's money has to do with its goods: taken as they leave, given back when less is due.
#pragma once

#include <optional>
#include <vector>

#include "core/base/actor.hpp"
#include "core/fulfillment/progress.hpp"
#include "core/order/order.hpp"
#include "core/payment/payment.hpp"

namespace shop::order {

// A payment of an order, as it is, or as the decision under way makes it.
struct OrderPayment {
    PaymentId id;
    const payment::State* state = nullptr;
};

// In the order of State::payment_ids().
std::vector<OrderPayment> payments_of(const State& order, const Streams& streams);

// A payment whose amount the provider contradicts: nothing of the order's money moves until that is
// mended.
bool has_mismatch(const std::vector<OrderPayment>& payments);

std::unexpected<Error> payment_mismatch();

// What was taken beyond `due`, has not gone back, and is owed to nobody else.
Money beyond_due(const Money& due, const std::vector<OrderPayment>& payments);

// After less is due than before. What was taken beyond `due` goes back, the newest payment first;
// what is held is let go if nothing of it is to be taken any more. A capture under way is awaited:
// whoever records how it ended calls this again, so that money goes back once.
void give_back(const Money& due, const std::vector<OrderPayment>& payments, const Reason& reason,
               Decision& decision);

// After the order ended: all goes back but what was given back by other means already, and all that
// is held is let go.
void give_back_all(const State& order, const std::vector<OrderPayment>& payments,
                   const Reason& reason, Decision& decision);

// What is held is let go if nothing of it is to be taken any more.
void let_go_if_paid(const Money& due, const std::vector<OrderPayment>& payments,
                    Decision& decision);

// Asks for a void of what is held and not being taken; of what captures left, too. What captures
// were refused is missing no more.
void let_go(const std::vector<OrderPayment>& payments, payment::VoidReason why, Decision& decision);

// What shall be taken now, and why.
struct Taking {
    Money amount;
    Money due;                  // by the whole order
    FulfillmentId fulfillment;  // none: staff takes it
    bool final = false;         // nothing more will be
    Reason reason;
    std::optional<Time> at;  // when it happened, if that is not now
};

// Asks for it, from one payment after another, as far as they hold it; nothing if it is not more
// than nothing. What they do not hold stays due. A provider that takes once gives all that is still
// to be taken, for what a capture leaves there is lost.
void take(const Taking& taking, const std::vector<OrderPayment>& payments, Decision& decision);

// What the order still lets be taken, whatever has left: due, less what was taken or is being taken
// and was not given back. May be less than nothing.
Money left_to_take(const Money& due, const std::vector<OrderPayment>& payments);

// What has left and was not asked for yet: shipped units by the penny rule, and all lines that are
// no items from the first shipment on; never more than left_to_take().
Money to_take_for_shipped(const State& order, const fulfillment::Progress& progress,
                          const std::vector<OrderPayment>& payments);

// An authorization expired that the rest of the money was to come from.
bool has_lapsed(const Money& due, const std::vector<OrderPayment>& payments, Time now);

}  // namespace shop::order
