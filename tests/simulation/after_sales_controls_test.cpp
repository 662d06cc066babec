// Negative controls (controls.hpp) of what becomes of orders and people after the sale.
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/decision.hpp"
#include "core/order/series.hpp"
#include "tests/simulation/controls.hpp"

namespace shop::simulation {
namespace {

// The command is accepted, and nothing comes of it.
template <class Command>
Result<Decision> decide_nothing(const AnyCommand& command, const Streams& streams, const Env& env) {
    if (command.get_if<Command>() != nullptr) return Decision{};
    return decide_any(command, streams, env);
}

// The event, and what is wrong with it.
template <class Event, class Change>
Result<Decision> changed(const AnyCommand& command, const Streams& streams, const Env& env,
                         Change change) {
    auto decision = decide_any(command, streams, env);
    if (!decision) return decision;
    for (NewEvent& event : decision->events)
        if (const auto* held = event.data.get_if<Event>()) {
            Event other = *held;
            change(other);
            event.data = AnyEvent(std::move(other));
        }
    return decision;
}

// Goods leave, and nobody is asked to pay for them.
Result<Decision> decide_without_payment_of_goods(const AnyCommand& command, const Streams& streams,
                                                 const Env& env) {
    auto decision = decide_any(command, streams, env);
    if (!decision) return decision;
    const auto has_left = [](const NewEvent& event) {
        return event.data.get_if<fulfillment::Shipped>() != nullptr;
    };
    if (std::ranges::any_of(decision->events, has_left))
        std::erase_if(decision->events, [](const NewEvent& event) {
            return event.data.get_if<payment::CaptureRequested>() != nullptr;
        });
    return decision;
}

// All but a penny is asked for.
Result<Decision> decide_with_a_penny_less(const AnyCommand& command, const Streams& streams,
                                          const Env& env) {
    return changed<payment::CaptureRequested>(command, streams, env, [](auto& event) {
        if (event.amount.minor_units > 1) --event.amount.minor_units;
    });
}

Result<Decision> decide_with_gaps(const AnyCommand& command, const Streams& streams,
                                  const Env& env) {
    return changed<series::NumberAssigned>(command, streams, env, [](auto& event) {
        if (event.series == series::kCreditNotes) ++event.number;
    });
}

Result<Decision> decide_with_more_back(const AnyCommand& command, const Streams& streams,
                                       const Env& env) {
    return changed<stock::Restocked>(command, streams, env, [](auto& event) { ++event.quantity; });
}

// Less is credited of the order than its note says.
Result<Decision> decide_with_a_penny_off(const AnyCommand& command, const Streams& streams,
                                         const Env& env) {
    return changed<order::LinesCredited>(command, streams, env, [](auto& event) {
        if (event.amount.minor_units > 0) --event.amount.minor_units;
    });
}

// What is canceled of an order costs all the same.
Result<Decision> decide_without_less_due(const AnyCommand& command, const Streams& streams,
                                         const Env& env) {
    return changed<order::LinesCanceled>(command, streams, env,
                                         [](auto& event) { event.amount.minor_units = 0; });
}

// An order that is placed at last does not tell of its guests' tries before.
Result<Decision> decide_without_earlier_tries(const AnyCommand& command, const Streams& streams,
                                              const Env& env) {
    return changed<order::Placed>(command, streams, env,
                                  [](auto& event) { event.earlier_keys.clear(); });
}

// Whoever buys by phone is said to have the keys of all guests' tries before.
Result<Decision> decide_without_giving(const AnyCommand& command, const Streams& streams,
                                       const Env& env) {
    const auto* place = command.get_if<checkout::PlaceOrder>();
    const auto* tried = place == nullptr
                            ? nullptr
                            : streams.find<checkout::State>(checkout::checkout_of(place->order));
    if (tried == nullptr) return decide_any(command, streams, env);
    checkout::PlaceOrder changed = *place;
    changed.customer_keys = tried->guest_keys;
    return decide_any(changed, streams, env);
}

TEST_CASE("control: a rule of what comes after the sale taken out is found", "[simulation]") {
    const Control control = GENERATE(values<Control>(
        {{"a look at the last number", decide_with_gaps, "have a gap"},
         {"a count of what comes back", decide_with_more_back, "not what the note says"},
         {"the note's sum", decide_with_a_penny_off, "credits what no note says"},
         {"the sum of canceled lines", decide_without_less_due, "do not add up"},
         {"what a note makes of its order", decide_without<order::LinesCredited>,
          "not what was credited"},
         {"settlement of credit notes", decide_without<credit_note::Settled>, "is not settled"},
         {"refunds that fail at last", decide_without<payment::RefundFailed>,
          "a note is not settled"},
         {"goods that leave the shelf", decide_nothing<stock::Ship>,
          "not what its fulfillments say"},
         {"payment of goods that leave", decide_without_payment_of_goods,
          "what left is not paid for"},
         {"a penny of what is to be paid", decide_with_a_penny_less, "what left is not paid for"},
         {"keys of assigned orders", decide_nothing<customer::AssignOrder>, "can be read"},
         {"keys of guests' tries before", decide_without_earlier_tries, "can be read"},
         {"a look at who has them", decide_without_giving, "can be read"},
         {"the record of an erasure", decide_nothing<customer::Erase>, "nobody was erased"}}));
    check_found(control);
}

}  // namespace
}  // namespace shop::simulation
