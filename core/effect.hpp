// Effects: what a stream's state makes the engine do, and what the answers make of the state. Pure;
// the engine (events/) runs them.
//
//   pending(owner, state, answers, now)   what is owed and has no answer yet
//   advance(owner, state, answers, now)   the command that records what the answers mean, if any
//   deadline(owner, state)                the moment on_deadline() has a command for
//   is_open(state)                        the stream belongs to the open set
//   needs_operator(state, now)            a person must look at it
//   due_of(state)                         when to look at it, though it is not open
//   expiry(stream, state, now)            what is to be forgotten of it then, if nobody bought it
//
// The loop for one open stream: run each pending effect that is not in flight and whose
// `not_before` has come; put its outcome into the stream's Answers; submit what advance() gives;
// look again after each record that touched the stream, each answer and each `not_before`. An
// effect that is still pending after its answer (unknown, still pending, unavailable) is due again
// after a back-off.
//
// Answers live in one term's memory. Lost, the effects run again: ids and attempts are the same,
// and every receiver answers a repeated call from its own state.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/any_command.hpp"
#include "core/any_state.hpp"
#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/payment/provider.hpp"

namespace shop {

// Beyond this an effect is parked: listed, alarmed, no longer sent.
inline constexpr Duration kEffectLife = days(5);

// A call to a payment provider, or a command to another stream.
using AnyCall =
    std::variant<payment::AuthorizeCall, payment::CaptureCall, payment::RefundCall,
                 payment::VoidCall, payment::QueryCall, stock::Reserve, stock::Release,
                 stock::Allocate, stock::Ship, stock::Restock, unique_key::Claim,
                 unique_key::Release, series::LeaseBlock, series::AssignNumber, order::ApplyCredit>;

bool is_provider_call(const AnyCall& call);

// The command of a stream call; nothing for a provider call.
std::optional<AnyCommand> command_of(const AnyCall& call);

// The call that is that command; nothing for one that no effect brings.
std::optional<AnyCall> call_of(const AnyCommand& command);

// Where the call goes, to limit what runs at once: the target stream, or the provider's name.
std::string target_name(const AnyCall& call);

struct Effect {
    EffectId id;     // in the owner's slot; the idempotency key of a provider call
    StreamId owner;  // whose state owes it
    AnyCall call;
    Time since;       // owed since; parked after kEffectLife
    Time not_before;  // 0: at once
};

// The command id a stream call is submitted under, the same for each repetition.
CommandId command_id_of(const Effect& effect);

using Outcome = std::variant<payment::ProviderResult, stock::Outcome, unique_key::Outcome,
                             series::Block, series::Number, order::Credited>;

// What the target's own state says of a stream call after its command, or nothing if the command
// has not been decided there.
std::optional<Outcome> find_outcome(const AnyCall& call, const AnyState& target);

// Outcomes by effect. One thread at a time.
class Answers {
  public:
    void put(const EffectId& effect, Outcome outcome);
    const Outcome* find(const EffectId& effect) const;
    template <class Of>
    const Of* find(const EffectId& effect) const {
        const Outcome* outcome = find(effect);
        return outcome == nullptr ? nullptr : std::get_if<Of>(outcome);
    }
    bool has(const EffectId& effect) const { return outcomes_.contains(effect); }
    void forget(const EffectId& effect) { outcomes_.erase(effect); }
    std::size_t size() const { return outcomes_.size(); }

  private:
    std::unordered_map<EffectId, Outcome> outcomes_;
};

// A command with the id it is submitted under. A step is given only while it changes something: if
// its record is durable and advance() gives it again, it was refused, and is due after a back-off.
struct Step {
    CommandId id;
    AnyCommand command;
};

// Records what a provider said to an effect. Its id tells what was said, so that the same is
// recorded once, and another answer to the same effect still counts.
Step result_step(const EffectId& effect, payment::RecordProviderResult command);

std::vector<Effect> pending(const StreamId& owner, const AnyState& state, const Answers& answers,
                            Time now);
std::optional<Step> advance(const StreamId& owner, const AnyState& state, const Answers& answers,
                            Time now);

// A checkout's time to pay. (Carts expire too, but are no part of the open set: due_of().)
std::optional<Time> deadline(const StreamId& owner, const AnyState& state);
// The command for a deadline that has passed at `now`; nothing if none has.
std::optional<Step> on_deadline(const StreamId& owner, const AnyState& state, Time now);

// It owes an effect, waits for a deadline, or is wrong until a person mends it.
bool is_open(const AnyState& state);

// What an operator must look at.
enum class ConcernKind {
    kWrong,
    kExpiring,  // right still: money that is held will not be much longer
};
SHOP_DESCRIBE_ENUM(ConcernKind, kWrong, kExpiring)

struct Concern {
    std::string reason;  // a sentence
    Time since;          // 0: the state does not say
    ConcernKind kind = ConcernKind::kWrong;
    bool operator==(const Concern&) const = default;
};

// Money is not what was asked for, a refund was refused and is owed still, or nobody asked for it;
// the provider keeps refusing a void, or does not say for a day what became of a payment; money is
// held for less than a day still; more is promised than there is; units are held for over an hour;
// goods were shipped that are not on hand.
std::optional<Concern> needs_operator(const AnyState& state, Time now);

// When a stream that is not open must be looked at again: an untouched cart that may be expired, a
// checkout whose guests are to be forgotten, a stock item whose oldest hold needs an operator, a
// payment whose authorization ends in a day. Nothing for all others.
std::optional<Time> due_of(const AnyState& state);

// The end of what nobody bought: a cart that was left, or what guests said in tries of an order by
// phone that failed.
struct Expiry {
    StreamId stream;
    std::vector<std::string> keys;  // of its buyers' data; destroyed before the step is recorded
    Step step;                      // asked too early, it changes nothing
};
// The runner looks through these, and nothing else has an expiry.
inline constexpr std::array kExpiringKinds = {StreamKind::kCart, StreamKind::kCheckout};
// Nothing if its time is not over at `now`.
std::optional<Expiry> expiry(const StreamId& stream, const AnyState& state, Time now);

// ---- Each aggregate's own part ------------------------------------------------------------------

namespace product {
void append_pending(const ProductId&, const State&, const Answers&, Time, std::vector<Effect>&);
std::optional<Step> advance(const ProductId&, const State&, const Answers&, Time);
bool is_open(const State&);
}  // namespace product

namespace checkout {
void append_pending(const CheckoutId&, const State&, const Answers&, Time, std::vector<Effect>&);
std::optional<Step> advance(const CheckoutId&, const State&, const Answers&, Time);
bool is_open(const State&);
}  // namespace checkout

namespace order {
void append_pending(const OrderId&, const State&, const Answers&, Time, std::vector<Effect>&);
std::optional<Step> advance(const OrderId&, const State&, const Answers&, Time);
bool is_open(const State&);
}  // namespace order

namespace fulfillment {
void append_pending(const FulfillmentId&, const State&, const Answers&, Time, std::vector<Effect>&);
std::optional<Step> advance(const FulfillmentId&, const State&, const Answers&, Time);
bool is_open(const State&);
std::optional<Concern> needs_operator(const State&, Time now);
}  // namespace fulfillment

namespace payment {
void append_pending(const PaymentId&, const State&, const Answers&, Time, std::vector<Effect>&);
std::optional<Step> advance(const PaymentId&, const State&, const Answers&, Time);
bool is_open(const State&);
std::optional<Concern> needs_operator(const State&, Time now);
std::optional<Time> due_of(const State&);
}  // namespace payment

namespace credit_note {
void append_pending(const CreditNoteId&, const State&, const Answers&, Time, std::vector<Effect>&);
std::optional<Step> advance(const CreditNoteId&, const State&, const Answers&, Time);
bool is_open(const State&);
std::optional<Concern> needs_operator(const State&, Time now);
}  // namespace credit_note

namespace stock {
bool is_open(const State&);
std::optional<Concern> needs_operator(const State&, Time now);
std::optional<Time> due_of(const State&);
}  // namespace stock

namespace series {
void append_pending(const SeriesId&, const State&, const Answers&, Time, std::vector<Effect>&);
std::optional<Step> advance(const SeriesId&, const State&, const Answers&, Time);
bool is_open(const State&);
}  // namespace series

}  // namespace shop
