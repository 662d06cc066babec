#include "core/order/order.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "core/sale/person_keys.hpp"

namespace shop::order {

EffectId allocate_effect(const OrderId& order, const LineId& line) {
    return EffectId::derive(order.slot(), {order.to_string(), "allocate", line.to_string()});
}
EffectId release_effect(const OrderId& order, const LineId& line) {
    return EffectId::derive(order.slot(), {order.to_string(), "release", line.to_string()});
}

EffectId release_effect(const OrderId& order, const LineId& line, std::int32_t cancellation) {
    return EffectId::derive(order.slot(), {order.to_string(), "release", line.to_string(),
                                           std::to_string(cancellation)});
}

std::vector<PaymentId> State::payment_ids() const {
    std::vector<PaymentId> ids = placed.payment_ids;
    ids.insert(ids.end(), later_payments.begin(), later_payments.end());
    return ids;
}

const sale::Line* State::find_line(const LineId& line) const {
    const auto at = std::ranges::find(placed.lines, line, &sale::Line::line_id);
    return at == placed.lines.end() ? nullptr : &*at;
}

LineProgress State::progress_of(const LineId& line) const {
    const Money none{0, placed.terms.currency};
    const auto at = progress.find(line);
    return at == progress.end() ? LineProgress{0, none, 0, none, 0} : at->second;
}

Money State::due() const {
    return status == Status::kCanceled ? given_amount : left_to_credit() + given_amount;
}

Money State::left_to_credit() const {
    return placed.totals.total - canceled_amount - credited_amount;
}

std::vector<std::string> State::own_keys() const {
    std::vector<std::string> keys =
        sale::person_keys(placed.party, placed.shipping_address, placed.billing_address);
    sale::add_new_keys(keys, note_keys);
    return keys;
}

std::vector<std::string> State::personal_keys() const {
    std::vector<std::string> keys = own_keys();
    sale::add_new_keys(keys, placed.earlier_keys);
    return keys;
}

void evolve(State& state, const Placed& event, Time time) {
    state.placed = event;
    state.placed_at = time;
    state.customer_id = event.party.customer_id;
    state.canceled_amount = state.credited_amount = state.given_amount =
        Money{0, event.terms.currency};
    const OrderId order = checkout::order_of(event.checkout_id);
    for (const checkout::HeldLine& held : event.reservations)
        state.owed.push_back(allocate_effect(order, held.line_id));
}

// What was owed to the stock turns into its inverse, whether or not it was under way.
void evolve(State& state, const Canceled& event, Time time) {
    state.status = Status::kCanceled;
    state.canceled = event;
    state.canceled_at = time;
    state.owed.clear();
    state.owed_releases.clear();
    const OrderId order = checkout::order_of(state.placed.checkout_id);
    for (const checkout::HeldLine& held : state.placed.reservations)
        state.owed.push_back(release_effect(order, held.line_id));
}

void evolve(State& state, const EffectAnswered& event, Time) {
    std::unordered_set<EffectId> answered;
    for (const checkout::EffectAnswer& answer : event.answers) answered.insert(answer.effect_id);
    std::erase_if(state.owed, [&](const EffectId& owed) { return answered.contains(owed); });
    std::erase_if(state.owed_releases,
                  [&](const OwedRelease& owed) { return answered.contains(owed.effect); });
}

void evolve(State& state, const Confirmed&, Time) {
    state.was_confirmed = true;
    if (state.status == Status::kPlaced) state.status = Status::kConfirmed;
}

void evolve(State& state, const Held& event, Time) {
    state.held = event;
    state.status = Status::kOnHold;
}

void evolve(State& state, const HoldReleased&, Time) {
    state.held.reset();
    state.status = state.was_confirmed ? Status::kConfirmed : Status::kPlaced;
}

// A line without a reservation is not stocked: nothing of it is to be released.
void evolve(State& state, const LinesCanceled& event, Time time) {
    const OrderId order = checkout::order_of(state.placed.checkout_id);
    state.cancellations = event.cancellation;
    state.canceled_amount = state.canceled_amount + event.amount;
    for (const LineAmount& line : event.lines) {
        LineProgress progress = state.progress_of(line.line_id);
        progress.canceled += line.quantity;
        progress.canceled_amount = progress.canceled_amount + line.amount;
        state.progress[line.line_id] = progress;
        if (std::ranges::find(state.placed.reservations, line.line_id,
                              &checkout::HeldLine::line_id) == state.placed.reservations.end())
            continue;
        state.owed_releases.push_back(
            {.effect = release_effect(order, line.line_id, event.cancellation),
             .cancellation = event.cancellation,
             .line_id = line.line_id,
             .quantity = line.quantity,
             .since = time});
    }
}

void evolve(State& state, const CreditSettled& event, Time) {
    state.settled_for[event.credit_note_id] = event.by;
}

void evolve(State& state, const LinesCredited& event, Time) {
    state.credit_notes.push_back(event.credit_note_id);
    state.credited_amount = state.credited_amount + event.amount;
    if (!event.given.currency.is_empty()) state.given_amount += event.given;
    if (!event.refunded.currency.is_empty())
        state.refunded_for[event.credit_note_id] = event.refunded;
    for (const LineAmount& line : event.lines) {
        LineProgress progress = state.progress_of(line.line_id);
        progress.credited += line.quantity;
        progress.credited_amount = progress.credited_amount + line.amount;
        progress.returned += line.returned;
        state.progress[line.line_id] = progress;
    }
}

void evolve(State& state, const NoteAdded& event, Time) {
    const std::vector<std::string> known = state.own_keys();
    state.notes = event.note;
    if (std::ranges::find(known, event.text.key) == known.end())
        state.note_keys.push_back(event.text.key);
}

void evolve(State& state, const CustomerAssigned& event, Time) {
    state.customer_id = event.customer_id;
}

void evolve(State& state, const PaymentAdded& event, Time) {
    state.later_payments.push_back(event.payment_id);
}

}  // namespace shop::order
