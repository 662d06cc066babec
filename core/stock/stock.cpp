#include "core/stock/stock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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

template <class Event>
void note_import(State& state, const Event& event, Time time) {
    if (event.external) state.imported.note(import_key(Event::kType, *event.external), time);
}

// Leaves so many units to a line of one of the maps; a line without any is gone from it.
void leave(std::map<LineId, Held>& lines, std::int64_t& total, const LineId& line,
           std::int64_t left) {
    const auto at = lines.find(line);
    if (at == lines.end()) return;
    total -= at->second.quantity - left;
    at->second.quantity = left;
    if (left == 0) lines.erase(at);
}

}  // namespace

std::int64_t quantity_in(const std::map<LineId, Held>& lines, const LineId& line) {
    const auto at = lines.find(line);
    return at == lines.end() ? 0 : at->second.quantity;
}

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

void evolve(State& state, const Received& event, Time time) {
    state.on_hand += event.quantity;
    note_import(state, event, time);
}

void evolve(State& state, const Adjusted& event, Time time) {
    state.on_hand += event.delta;
    note_import(state, event, time);
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
    if (event.cancellation > 0) {
        leave(state.held, state.held_total, line, event.held);
        leave(state.allocated, state.allocated_total, line, event.allocated);
        state.moves.note(move_key(event.reservation.order_id, line, event.cancellation), time,
                         kAnswersKept);
        if (event.held == 0 && event.allocated == 0)
            state.ended[line] = {event.reservation.attempt, true, 0, 0, time};
        return;
    }
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

void evolve(State& state, const Shipped& event, Time time) {
    leave(state.allocated, state.allocated_total, event.line_id, event.left);
    state.on_hand -= event.taken;
    state.moves.note(move_key(event.fulfillment_id, event.line_id), time, kAnswersKept);
}

void evolve(State& state, const Restocked& event, Time time) {
    if (event.disposition == Disposition::kSellable) state.on_hand += event.quantity;
    state.moves.note(move_key(event.document, event.line_id), time, kAnswersKept);
}

std::string move_key(const StreamId& document, const LineId& line) {
    return document.to_string() + "/" + line.to_string();
}

std::string move_key(const OrderId& order, const LineId& line, std::int32_t cancellation) {
    return move_key(order, line) + "/" + std::to_string(cancellation);
}

std::string import_key(std::string_view event_type, const sale::External& external) {
    return fmt::format("{}/{}/{}/{}", event_type, external.system.size(), external.system,
                       external.id);
}

StockId stock_of(std::string_view inventory_item, std::string_view location) {
    return StockId::derive({"stock", inventory_item, location});
}

}  // namespace shop::stock
