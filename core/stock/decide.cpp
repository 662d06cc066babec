// What becomes of a stock item's commands, and what its state says of calls that were decided.
#include <algorithm>
#include <utility>

#include "core/catalog/rules.hpp"
#include "core/decision.hpp"
#include "core/stock/stock.hpp"

namespace shop::stock {
namespace {

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

// The item of the version that staff has seen, be it made known by the decision.
template <class Command>
Result<const State*> find_or_open(const Command& command, const Streams& streams,
                                  Decision& decision) {
    static const State kOpened;
    const State* state = find_opened(command.stock, streams);
    if (state == nullptr && !command.opens) return unknown_stock();
    SHOP_TRY_STATUS(
        catalog::require_version(command.expected_version, streams.version_of(command.stock)));
    if (state != nullptr) return state;
    decision.add(command.stock, Opened{command.opens->variant_id, command.opens->inventory_item,
                                       command.opens->location});
    return &kOpened;
}

std::unexpected<Error> bad_quantity(std::string_view pointer) {
    return fail_field(pointer, "must be 1 to 1,000,000,000 units");
}

std::unexpected<Error> too_many() {
    return fail(ErrorCode::kConflict, "stock-full",
                "There would be more than 1,000,000,000 units on hand.");
}

// Whether another system's receipt or adjustment was recorded before.
template <class Event>
bool has_come(const State& state, const std::optional<sale::External>& external) {
    return external && state.imported.contains(import_key(Event::kType, *external));
}

// Units a new reservation of `line` may take.
std::int64_t free_for(const State& state, const LineId& line) {
    if (!state.tracked || state.backorder_limit == kUnlimitedBackorder) return kQuantityMax;
    return state.available() + quantity_in(state.held, line) + state.backorder_limit;
}

}  // namespace

Result<Decision> decide(const Open& command, const Streams& streams, const Env&) {
    Decision decision;
    if (find_opened(command.stock, streams) == nullptr)
        decision.add(command.stock,
                     Opened{command.variant_id, command.inventory_item, command.location});
    return decision;
}

Result<Decision> decide(const SetPolicy& command, const Streams& streams, const Env&) {
    Decision decision;
    SHOP_TRY(state, find_or_open(command, streams, decision));
    if (command.backorder_limit < kUnlimitedBackorder || command.backorder_limit > kQuantityMax)
        return fail_field("/backorder_limit", "must be -1 (unlimited) to 1,000,000,000");
    if (command.safety_stock < 0 || command.safety_stock > kQuantityMax)
        return fail_field("/safety_stock", "must be 0 to 1,000,000,000");
    PolicySet event{command.tracked, command.backorder_limit, command.safety_stock};
    if (event == PolicySet{state->tracked, state->backorder_limit, state->safety_stock})
        return decision;
    event.reason = command.reason;
    return decision.add(command.stock, std::move(event));
}

Result<Decision> decide(const Receive& command, const Streams& streams, const Env&) {
    Decision decision;
    SHOP_TRY(state, find_or_open(command, streams, decision));
    if (command.quantity < 1 || command.quantity > kQuantityMax) return bad_quantity("/quantity");
    if (has_come<Received>(*state, command.external)) return Decision{};
    if (command.quantity > kQuantityMax - state->on_hand) return too_many();
    decision.add(command.stock,
                 Received{command.quantity, command.reason, command.reference, command.note,
                          command.external},
                 command.moved_at);
    return decision;
}

Result<Decision> decide(const Adjust& command, const Streams& streams, const Env&) {
    const State* state = find_opened(command.stock, streams);
    if (state == nullptr) return unknown_stock();
    if (command.delta < -kQuantityMax || command.delta > kQuantityMax)
        return fail_field("/delta", "must be -1,000,000,000 to 1,000,000,000 units");
    if (has_come<Adjusted>(*state, command.external)) return Decision{};
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
                          .short_by = state->short_by(state->on_hand + command.delta),
                          .external = command.external},
                 command.moved_at);
    return decision;
}

Result<Decision> decide(const Count& command, const Streams& streams, const Env&) {
    Decision decision;
    SHOP_TRY(state, find_or_open(command, streams, decision));
    if (command.counted < 0 || command.counted > kQuantityMax)
        return fail_field("/on_hand", "must be 0 to 1,000,000,000 units");
    if (command.expected && *command.expected != state->on_hand)
        return fail(ErrorCode::kConflict, "stock-moved",
                    "The stock moved while it was counted. Look at it again.");
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
    const std::int64_t there =
        is_held ? held->second.quantity : quantity_in(state->allocated, line);
    if (command.cancellation == 0)
        return decision.add(command.stock, Released{command.reservation, there, command.reason});
    const std::int64_t quantity = std::min(there, command.quantity);
    const std::int64_t left = there - quantity;
    return decision.add(
        command.stock, Released{command.reservation, quantity, command.reason, command.cancellation,
                                is_held ? left : 0, is_held ? 0 : left});
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

Result<Decision> decide(const Ship& command, const Streams& streams, const Env&) {
    if (command.quantity < 1 || command.quantity > kQuantityMax) return bad_quantity("/quantity");
    const State* state = streams.find<State>(command.stock);
    if (state == nullptr) return unknown_stock();
    Decision decision;
    if (find_outcome(*state, command)) return decision;
    const std::int64_t sold = quantity_in(state->allocated, command.line_id);
    if (sold < command.quantity)
        return fail(ErrorCode::kConflict, "not-allocated",
                    "Fewer units are sold under this line than would be shipped.");
    if (state->tracked && state->on_hand < command.quantity)
        return fail(ErrorCode::kConflict, "not-on-hand",
                    "Fewer units are on hand than were shipped. Receive or count them.");
    return decision.add(
        command.stock,
        Shipped{.order_id = command.order_id,
                .line_id = command.line_id,
                .fulfillment_id = command.fulfillment_id,
                .quantity = command.quantity,
                .taken = std::min(std::max<std::int64_t>(0, state->on_hand), command.quantity),
                .left = sold - command.quantity},
        command.moved_at);
}

Result<Decision> decide(const Restock& command, const Streams& streams, const Env&) {
    if (command.quantity < 1 || command.quantity > kQuantityMax) return bad_quantity("/quantity");
    const State* state = find_opened(command.stock, streams);
    if (state == nullptr) return unknown_stock();
    Decision decision;
    if (find_outcome(*state, command)) return decision;
    if (command.quantity > kQuantityMax - state->on_hand) return too_many();
    return decision.add(command.stock,
                        Restocked{command.document, command.line_id, command.order_id,
                                  command.quantity, command.disposition},
                        command.moved_at);
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
    if (call.cancellation > 0) {
        const bool is_gone = !state.held.contains(line) && !state.allocated.contains(line) &&
                             find_ended(state, call.reservation) != nullptr;
        const bool is_done = state.moves.contains(move_key(order, line, call.cancellation));
        return is_done || is_gone ? std::optional(released) : std::nullopt;
    }
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

std::optional<Outcome> find_outcome(const State& state, const Ship& call) {
    if (!state.moves.contains(move_key(call.fulfillment_id, call.line_id))) return std::nullopt;
    return Outcome{OutcomeKind::kShipped, 0, 0};
}

std::optional<Outcome> find_outcome(const State& state, const Restock& call) {
    if (!state.moves.contains(move_key(call.document, call.line_id))) return std::nullopt;
    return Outcome{OutcomeKind::kRestocked, 0, 0};
}

}  // namespace shop::stock
