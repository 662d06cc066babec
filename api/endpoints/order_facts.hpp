// What an order's answers are made from: its streams, as their shard holds them now.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/http/message.hpp"
#include "core/any_state.hpp"
#include "events/engine.hpp"
#include "events/task.hpp"

namespace shop::api {

struct Services;

// How long a call waits for what it has started, before it answers 202 and a place to watch.
inline constexpr Duration kOutcomePatience = milliseconds(2'500);

// One stream's snapshot, of known type. Immutable.
template <class State>
struct Fact {
    Snapshot snapshot;
    explicit operator bool() const { return find() != nullptr; }
    const State* find() const {
        return snapshot.state == nullptr ? nullptr : std::get_if<State>(snapshot.state.get());
    }
    const State* operator->() const { return find(); }
};

struct OrderFacts {
    OrderId id;
    Fact<checkout::State> checkout;
    Fact<order::State> order;  // none before it is placed
    std::vector<std::pair<PaymentId, Fact<payment::State>>> payments;
    std::vector<std::pair<FulfillmentId, Fact<fulfillment::State>>> fulfillments;

    // What was bought, or is about to be.
    const std::vector<sale::Line>& lines() const;
    // The newest record that any of it rests on.
    Position position() const;
    // Another one for each state of things: versions of all its streams.
    std::string version() const;
};

// kNotFound "unknown-order" if no checkout was ever started for it.
Task<Result<OrderFacts>> load_order(Services& services, Executor& home, OrderId order);

// The checkout once it has come to something, or as it is after `patience`.
Task<Result<Snapshot>> wait_for_outcome(Services& services, Executor& home, CheckoutId checkout,
                                        Duration patience);

Error unknown_order();

// The order of the path, if its cart's token opens it, or if the caller is staff, as only he can be
// where the route says that staff may look.
Result<OrderId> opened_order(Services& services, const http::Request& request);

// The order as it is now, as an answer of that status. Its Shop-Position is that of the order's own
// streams. The first two answer facts that were loaded, or why they could not be; those of staff
// show what only staff may see.
http::Response order_answer(Services& services, const Result<OrderFacts>& facts, int status);
http::Response staff_order_answer(Services& services, const Result<OrderFacts>& facts, int status);
Task<http::Response> answer_order(Services& services, Executor& home, OrderId order, int status);
Task<http::Response> answer_staff_order(Services& services, Executor& home, OrderId order,
                                        int status);

// How far a view must have read to show all that a checkout has touched: the order's own streams,
// and the stock items of its lines, which live in partitions of their own. Of those it is the
// newest record there is, whosever: their units are held by older ones, and to ask each of a
// thousand items would take longer than the sale.
std::vector<Position> touched_by(const Services& services, const OrderFacts& facts);

}  // namespace shop::api
