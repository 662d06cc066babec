#include "core/effect.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "core/cart/person_key.hpp"
#include "core/json/encode.hpp"

namespace shop {
namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

// Calls `of(id, state)` with the typed id of a stream that can owe effects, else gives `otherwise`.
template <class Result, class Of>
Result for_owner(const StreamId& owner, const AnyState& state, Result otherwise, Of&& of) {
    return std::visit(
        Overloaded{
            [&](const product::State& s) -> Result { return of(owner.as<ProductId>(), s); },
            [&](const checkout::State& s) -> Result { return of(owner.as<CheckoutId>(), s); },
            [&](const order::State& s) -> Result { return of(owner.as<OrderId>(), s); },
            [&](const payment::State& s) -> Result { return of(owner.as<PaymentId>(), s); },
            [&](const fulfillment::State& s) -> Result { return of(owner.as<FulfillmentId>(), s); },
            [&](const series::State& s) -> Result { return of(owner.as<SeriesId>(), s); },
            [&](const credit_note::State& s) -> Result { return of(owner.as<CreditNoteId>(), s); },
            [&](const auto&) -> Result { return std::move(otherwise); }},
        state);
}

template <class Call>
inline constexpr bool kIsProviderCall =
    std::is_same_v<Call, payment::AuthorizeCall> || std::is_same_v<Call, payment::CaptureCall> ||
    std::is_same_v<Call, payment::RefundCall> || std::is_same_v<Call, payment::VoidCall> ||
    std::is_same_v<Call, payment::QueryCall>;

template <class Command, class Calls>
inline constexpr bool kIsCall = false;
template <class Command, class... Calls>
inline constexpr bool kIsCall<Command, std::variant<Calls...>> =
    (std::is_same_v<Command, Calls> || ...);

// A stock item that was never opened holds nothing, and has nothing to give.
template <class Call>
std::optional<Outcome> outcome_without_state(const Call&) {
    if constexpr (std::is_same_v<Call, stock::Reserve>)
        return stock::Outcome{stock::OutcomeKind::kRefused, 0, 0};
    else if constexpr (std::is_same_v<Call, stock::Release>)
        return stock::Outcome{stock::OutcomeKind::kReleased, 0, 0};
    else
        return std::nullopt;
}

template <class State, class Call>
std::optional<Outcome> outcome_in(const Call& call, const AnyState& target) {
    if (const State* state = std::get_if<State>(&target)) return find_outcome(*state, call);
    return outcome_without_state(call);
}

}  // namespace

void Answers::put(const EffectId& effect, Outcome outcome) {
    outcomes_.insert_or_assign(effect, std::move(outcome));
}

const Outcome* Answers::find(const EffectId& effect) const {
    const auto at = outcomes_.find(effect);
    return at == outcomes_.end() ? nullptr : &at->second;
}

bool is_provider_call(const AnyCall& call) {
    return std::visit([]<class Call>(const Call&) { return kIsProviderCall<Call>; }, call);
}

std::optional<AnyCommand> command_of(const AnyCall& call) {
    return std::visit(
        []<class Call>(const Call& held) -> std::optional<AnyCommand> {
            if constexpr (kIsProviderCall<Call>)
                return std::nullopt;
            else
                return AnyCommand(held);
        },
        call);
}

std::optional<AnyCall> call_of(const AnyCommand& command) {
    return command.visit([]<class Command>(const Command& held) -> std::optional<AnyCall> {
        if constexpr (kIsCall<Command, AnyCall>)
            return AnyCall(held);
        else
            return std::nullopt;
    });
}

std::string target_name(const AnyCall& call) {
    return std::visit(
        []<class Call>(const Call& held) {
            if constexpr (kIsProviderCall<Call>)
                return held.provider;
            else
                return held.target().to_string();
        },
        call);
}

CommandId command_id_of(const Effect& effect) {
    return CommandId::derive(effect.id.slot(), {"call", effect.id.to_string()});
}

Step result_step(const EffectId& effect, payment::RecordProviderResult command) {
    const std::string said = json::to_json(command.result.of, json::Defaults::kOmit);
    return {CommandId::derive(effect.slot(), {"answer", effect.to_string(), said}),
            std::move(command)};
}

std::optional<Outcome> find_outcome(const AnyCall& call, const AnyState& target) {
    return std::visit(
        Overloaded{
            [&](const stock::Reserve& c) { return outcome_in<stock::State>(c, target); },
            [&](const stock::Release& c) { return outcome_in<stock::State>(c, target); },
            [&](const stock::Allocate& c) { return outcome_in<stock::State>(c, target); },
            [&](const stock::Ship& c) { return outcome_in<stock::State>(c, target); },
            [&](const stock::Restock& c) { return outcome_in<stock::State>(c, target); },
            [&](const unique_key::Claim& c) { return outcome_in<unique_key::State>(c, target); },
            [&](const unique_key::Release& c) { return outcome_in<unique_key::State>(c, target); },
            [&](const series::LeaseBlock& c) { return outcome_in<series::State>(c, target); },
            [&](const series::AssignNumber& c) { return outcome_in<series::State>(c, target); },
            [&](const order::ApplyCredit& c) { return outcome_in<order::State>(c, target); },
            [](const auto&) -> std::optional<Outcome> { return std::nullopt; }},
        call);
}

std::vector<Effect> pending(const StreamId& owner, const AnyState& state, const Answers& answers,
                            Time now) {
    return for_owner(owner, state, std::vector<Effect>{}, [&](const auto& id, const auto& own) {
        std::vector<Effect> effects;
        append_pending(id, own, answers, now, effects);
        return effects;
    });
}

std::optional<Step> advance(const StreamId& owner, const AnyState& state, const Answers& answers,
                            Time now) {
    return for_owner(owner, state, std::optional<Step>{}, [&](const auto& id, const auto& own) {
        return advance(id, own, answers, now);
    });
}

std::optional<Time> deadline(const StreamId&, const AnyState& state) {
    const auto* checkout = std::get_if<checkout::State>(&state);
    if (checkout == nullptr || !checkout->is_active() || checkout->deadline_passed)
        return std::nullopt;
    return checkout->quote.deadline;
}

std::optional<Step> on_deadline(const StreamId& owner, const AnyState& state, Time now) {
    const std::optional<Time> due = deadline(owner, state);
    if (!due || now < *due) return std::nullopt;
    const auto id = owner.as<CheckoutId>();
    const std::string attempt = std::to_string(std::get<checkout::State>(state).quote.attempt);
    return Step{CommandId::derive(id.slot(), {"step", id.to_string(), "expire", attempt}),
                checkout::Expire{id}};
}

bool is_open(const AnyState& state) {
    if (const auto* stock = std::get_if<stock::State>(&state)) return stock::is_open(*stock);
    return for_owner(StreamId{}, state, false,
                     [](const auto&, const auto& own) { return is_open(own); });
}

std::optional<Concern> needs_operator(const AnyState& state, Time now) {
    if (const auto* payment = std::get_if<payment::State>(&state))
        return payment::needs_operator(*payment, now);
    if (const auto* fulfillment = std::get_if<fulfillment::State>(&state))
        return fulfillment::needs_operator(*fulfillment, now);
    if (const auto* stock = std::get_if<stock::State>(&state))
        return stock::needs_operator(*stock, now);
    if (const auto* note = std::get_if<credit_note::State>(&state))
        return credit_note::needs_operator(*note, now);
    return std::nullopt;
}

std::optional<Time> due_of(const AnyState& state) {
    if (const auto* stock = std::get_if<stock::State>(&state)) return stock::due_of(*stock);
    if (const auto* payment = std::get_if<payment::State>(&state)) return payment::due_of(*payment);
    if (const auto* checkout = std::get_if<checkout::State>(&state))
        return checkout::guests_end(*checkout);
    const auto* cart = std::get_if<cart::State>(&state);
    if (cart == nullptr || cart->status != cart::Status::kOpen) return std::nullopt;
    return cart->changed_at + cart::kLife;
}

std::optional<Expiry> expiry(const StreamId& stream, const AnyState& state, Time now) {
    const bool may_expire = std::ranges::find(kExpiringKinds, stream.kind) != kExpiringKinds.end();
    const auto due = due_of(state);
    if (!may_expire || !due || now < *due) return std::nullopt;
    const auto step = [&](AnyCommand command, std::string_view what) {
        return Step{CommandId::derive(stream.slot(), {"step", stream.to_string(), what}),
                    std::move(command)};
    };
    if (const auto* cart = std::get_if<cart::State>(&state))
        return Expiry{stream, cart::person_keys_of(*cart),
                      step(cart::Expire{stream.as<CartId>()}, "expire")};
    if (const auto* checkout = std::get_if<checkout::State>(&state))
        return Expiry{stream, checkout->guest_keys,
                      step(checkout::ForgetGuests{stream.as<CheckoutId>(), checkout->guest_keys},
                           "forget guests " + std::to_string(checkout->quote.attempt))};
    return std::nullopt;
}

}  // namespace shop
