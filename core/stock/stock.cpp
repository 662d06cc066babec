#include "core/stock/stock.hpp"

#include <algorithm>
#include <utility>

#include "core/decision.hpp"

namespace shop::stock {
namespace {

constexpr std::int64_t kEndedMin = 64;

// Drops answers nobody can ask for any more, each time their number has doubled.
void forget_old(State& state, Time now) {
    if (static_cast<std::int64_t>(state.ended.size()) < state.ended_max) return;
    std::erase_if(state.ended,
                  [&](const auto& item) { return item.second.at + kAnswersKept < now; });
    state.ended_max = std::max(kEndedMin, 2 * static_cast<std::int64_t>(state.ended.size()));
}

std::int64_t quantity_in(const std::map<LineId, Held>& lines, const LineId& line) {
    const auto at = lines.find(line);
    return at == lines.end() ? 0 : at->second.quantity;
}

const Ended* find_ended(const State& state, const Reservation& reservation) {
    const auto at = state.ended.find(reservation.line_id);
    const bool covers = at != state.ended.end() && at->second.attempt >= reservation.attempt;
    return covers ? &at->second : nullptr;
}

// A release may have come before the item was opened: it is known then, but not opened.
const State* find_opened(const StockId& id, const Streams& streams) {
    const State* state = streams.find<State>(id);
    return state != nullptr && !state->location.empty() ? state : nullptr;
}

// Whether a later attempt of the line than `attempt` has units.
bool has_later(const std::map<LineId, Held>& lines, const LineId& line, std::int32_t attempt) {
    const auto at = lines.find(line);
    return at != lines.end() && at->second.attempt > attempt;
}

std::unexpected<Error> unknown_stock() {
    return fail(ErrorCode::kNotFound, "unknown-stock", "There is no such stock item.");
}

std::unexpected<Error> bad_quantity(std::string_view pointer) {
    return fail_field(pointer, "must be 1 to 1,000,000,000 units");
}

std::unexpected<Error> too_many() {
    return fail(ErrorCode::kConflict, "stock-full",
                "There would be more than 1,000,000,000 units on hand.");
}

// Units a new reservation of `line` may take.
std::int64_t free_for(const State& state, const LineId& line) {
    if (!state.tracked || state.backorder_limit == kUnlimitedBackorder) return kQuantityMax;
    return state.available() + quantity_in(state.held, line) + state.backorder_limit;
}

}  // namespace

std::int64_t State::short_by(std::int64_t units) const {
    if (!tracked || backorder_limit == kUnlimitedBackorder) return 0;
    return std::max<std::int64_t>(0, reserved() - units - backorder_limit);
}

void evolve(State& state, const Opened& event, Time) {
    state.variant_id = event.variant_id;
    state.inventory_item = event.inventory_item;
    state.location = event.location;
}

void evolve(State& state, const PolicySet& event, Time) {
    state.tracked = event.tracked;
    state.backorder_limit = event.backorder_limit;
    state.safety_stock = event.safety_stock;
}

void evolve(State& state, const Received& event, Time) {
    state.on_hand += event.quantity;
}

void evolve(State& state, const Adjusted& event, Time) {
    state.on_hand += event.delta;
}

void evolve(State& state, const Reserved& event, Time time) {
    const Reservation& reservation = event.reservation;
    state.held_total += event.quantity - quantity_in(state.held, reservation.line_id);
    state.held[reservation.line_id] = {reservation.order_id, reservation.attempt, event.quantity,
                                       time};
    state.ended.erase(reservation.line_id);
}

void evolve(State& state, const ReservationRefused& event, Time time) {
    const Reservation& reservation = event.reservation;
    state.ended[reservation.line_id] = {reservation.attempt, false, event.available,
                                        event.held_undecided, time};
    forget_old(state, time);
}

void evolve(State& state, const Released& event, Time time) {
    const LineId& line = event.reservation.line_id;
    if (event.quantity > 0) {
        state.held_total -= quantity_in(state.held, line);
        state.allocated_total -= quantity_in(state.allocated, line);
        state.held.erase(line);
        state.allocated.erase(line);
    }
    state.ended[line] = {event.reservation.attempt, true, 0, 0, time};
    forget_old(state, time);
}

void evolve(State& state, const Allocated& event, Time time) {
    const Reservation& reservation = event.reservation;
    state.held_total -= quantity_in(state.held, reservation.line_id);
    state.held.erase(reservation.line_id);
    state.allocated_total += event.quantity;
    state.allocated[reservation.line_id] = {reservation.order_id, reservation.attempt,
                                            event.quantity, time};
}

Result<Decision> decide(const Open& command, const Streams& streams, const Env&) {
    Decision decision;
    if (find_opened(command.stock, streams) == nullptr)
        decision.add(command.stock,
                     Opened{command.variant_id, command.inventory_item, command.location});
    return decision;
}

Result<Decision> decide(const SetPolicy& command, const Streams& streams, const Env&) {
    const State* state = find_opened(command.stock, streams);
    if (state == nullptr) return unknown_stock();
    if (command.backorder_limit < kUnlimitedBackorder || command.backorder_limit > kQuantityMax)
        return fail_field("/backorder_limit", "must be -1 (unlimited) to 1,000,000,000");
    if (command.safety_stock < 0 || command.safety_stock > kQuantityMax)
        return fail_field("/safety_stock", "must be 0 to 1,000,000,000");
    Decision decision;
    PolicySet event{command.tracked, command.backorder_limit, command.safety_stock};
    if (event == PolicySet{state->tracked, state->backorder_limit, state->safety_stock})
        return decision;
    event.reason = command.reason;
    return decision.add(command.stock, std::move(event));
}

Result<Decision> decide(const Receive& command, const Streams& streams, const Env&) {
    const State* state = find_opened(command.stock, streams);
    if (state == nullptr) return unknown_stock();
    if (command.quantity < 1 || command.quantity > kQuantityMax) return bad_quantity("/quantity");
    if (command.quantity > kQuantityMax - state->on_hand) return too_many();
    Decision decision;
    decision.add(command.stock,
                 Received{command.quantity, command.reason, command.reference, command.note});
    return decision;
}

Result<Decision> decide(const Adjust& command, const Streams& streams, const Env&) {
    const State* state = find_opened(command.stock, streams);
    if (state == nullptr) return unknown_stock();
    if (command.delta < -kQuantityMax || command.delta > kQuantityMax)
        return fail_field("/delta", "must be -1,000,000,000 to 1,000,000,000 units");
    if (command.delta > kQuantityMax - state->on_hand) return too_many();
    if (command.delta < -state->on_hand)
        return fail(ErrorCode::kConflict, "stock-below-zero",
                    "Fewer units are on hand than would be taken away. Count them.");
    Decision decision;
    if (command.delta == 0) return decision;
    decision.add(command.stock,
                 Adjusted{.delta = command.delta,
                          .counted = {},
                          .reason = command.reason,
                          .note = command.note,
                          .short_by = state->short_by(state->on_hand + command.delta)});
    return decision;
}

Result<Decision> decide(const Count& command, const Streams& streams, const Env&) {
    const State* state = find_opened(command.stock, streams);
    if (state == nullptr) return unknown_stock();
    if (command.counted < 0 || command.counted > kQuantityMax)
        return fail_field("/on_hand", "must be 0 to 1,000,000,000 units");
    if (command.expected && *command.expected != state->on_hand)
        return fail(ErrorCode::kConflict, "stock-moved",
                    "The stock moved while it was counted. Look at it again.");
    Decision decision;
    decision.add(command.stock, Adjusted{.delta = command.counted - state->on_hand,
                                         .counted = command.counted,
                                         .reason = command.reason,
                                         .note = command.note,
                                         .short_by = state->short_by(command.counted)});
    return decision;
}

Result<Decision> decide(const SetLevel& command, const Streams& streams, const Env&) {
    if (command.on_hand < 0 || command.on_hand > kQuantityMax)
        return fail_field("/stock", "must be 0 to 1,000,000,000 units");
    const State* state = find_opened(command.stock, streams);
    Decision decision;
    if (state == nullptr) {
        decision.add(command.stock, Opened{command.variant_id, command.inventory_item,
                                           std::string(kMainLocation)});
        if (command.on_hand > 0)
            decision.add(command.stock, Received{command.on_hand, ReceiveReason::kOpening, ""});
        return decision;
    }
    if (state->on_hand == command.on_hand) return decision;
    decision.add(command.stock, Adjusted{.delta = command.on_hand - state->on_hand,
                                         .counted = command.on_hand,
                                         .reason = AdjustReason::kCorrection,
                                         .note = "",
                                         .short_by = state->short_by(command.on_hand)});
    return decision;
}

Result<Decision> decide(const Reserve& command, const Streams& streams, const Env&) {
    if (command.quantity < 1 || command.quantity > kQuantityMax) return bad_quantity("/quantity");
    const State* state = streams.find<State>(command.stock);
    if (state == nullptr) return unknown_stock();
    const Reservation& reservation = command.reservation;
    Decision decision;
    if (find_outcome(*state, command)) return decision;
    const std::int64_t free = free_for(*state, reservation.line_id);
    const std::int64_t available =
        state->available() + quantity_in(state->held, reservation.line_id);
    if (command.quantity > free) {
        decision.add(
            command.stock,
            ReservationRefused{.reservation = reservation,
                               .requested = command.quantity,
                               .available = std::max<std::int64_t>(0, free),
                               .held_undecided = state->held_total -
                                                 quantity_in(state->held, reservation.line_id)});
        return decision;
    }
    const std::int64_t missing =
        command.quantity - std::clamp<std::int64_t>(available, 0, command.quantity);
    decision.add(command.stock,
                 Reserved{reservation, command.quantity, state->tracked ? missing : 0});
    return decision;
}

Result<Decision> decide(const Release& command, const Streams& streams, const Env&) {
    const State* known = streams.find<State>(command.stock);
    const State unopened;
    const State* state = known == nullptr ? &unopened : known;
    Decision decision;
    if (find_outcome(*state, command)) return decision;
    const LineId& line = command.reservation.line_id;
    const auto held = state->held.find(line);
    const bool is_held =
        held != state->held.end() && held->second.attempt <= command.reservation.attempt;
    const std::int64_t quantity =
        is_held ? held->second.quantity : quantity_in(state->allocated, line);
    decision.add(command.stock, Released{command.reservation, quantity, command.reason});
    return decision;
}

Result<Decision> decide(const Allocate& command, const Streams& streams, const Env&) {
    const State* state = streams.find<State>(command.stock);
    if (state == nullptr) return unknown_stock();
    Decision decision;
    if (find_outcome(*state, command)) return decision;
    const auto held = state->held.find(command.reservation.line_id);
    if (held == state->held.end() || held->second.attempt != command.reservation.attempt)
        return fail(ErrorCode::kConflict, "not-held",
                    "No units are held for this line, so none can be sold.");
    decision.add(command.stock, Allocated{command.reservation, held->second.quantity});
    return decision;
}

std::optional<Outcome> find_outcome(const State& state, const Reserve& call) {
    const Reservation& reservation = call.reservation;
    if (state.allocated.contains(reservation.line_id)) return Outcome{OutcomeKind::kHeld, 0, 0};
    if (const auto held = state.held.find(reservation.line_id); held != state.held.end()) {
        if (held->second.attempt > reservation.attempt)  // superseded
            return Outcome{OutcomeKind::kRefused, 0, 0};
        if (held->second.attempt == reservation.attempt) return Outcome{OutcomeKind::kHeld, 0, 0};
        return std::nullopt;
    }
    if (const Ended* ended = find_ended(state, reservation))
        return Outcome{OutcomeKind::kRefused, ended->available, ended->held_undecided};
    return std::nullopt;
}

std::optional<Outcome> find_outcome(const State& state, const Release& call) {
    const auto& [order, line, attempt] = call.reservation;
    const Outcome released{OutcomeKind::kReleased, 0, 0};
    if (has_later(state.held, line, attempt) || has_later(state.allocated, line, attempt))
        return released;
    if (state.held.contains(line) || state.allocated.contains(line)) return std::nullopt;
    const Ended* ended = find_ended(state, call.reservation);
    const bool is_over = ended != nullptr && (ended->released || ended->attempt > attempt);
    return is_over ? std::optional(released) : std::nullopt;
}

std::optional<Outcome> find_outcome(const State& state, const Allocate& call) {
    if (state.allocated.contains(call.reservation.line_id))
        return Outcome{OutcomeKind::kAllocated, 0, 0};
    const Ended* ended = find_ended(state, call.reservation);
    if (ended != nullptr && ended->released) return Outcome{OutcomeKind::kReleased, 0, 0};
    return std::nullopt;
}

StockId stock_of(std::string_view inventory_item, std::string_view location) {
    return StockId::derive({"stock", inventory_item, location});
}

}  // namespace shop::stock
