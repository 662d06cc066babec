#include "core/credit_note/credit_note.hpp"

#include <algorithm>
#include <string>

namespace shop::credit_note {
namespace {

EffectId effect(const CreditNoteId& note, std::string_view step, const std::string& which) {
    return EffectId::derive(note.slot(), {note.to_string(), step, which});
}

void owe(State& state, const EffectId& effect) {
    if (std::ranges::find(state.owed, effect) == state.owed.end()) state.owed.push_back(effect);
}

void settle(State& state, const Money& settled) {
    state.settled = settled;
    if (state.number == 0) return;
    const bool is_all = settled.minor_units >= state.requested.totals.total.minor_units;
    state.status = is_all ? Status::kSettled : Status::kIssued;
}

}  // namespace

CreditNoteId note_of(const OrderId& order, const CommandId& command) {
    return CreditNoteId::derive(order.slot(), {"credit note", command.to_string()});
}
CreditNoteId note_of(const CommandId& command) {
    return CreditNoteId::derive({"credit note", command.to_string()});
}
LineId line_of(const CreditNoteId& note, std::size_t n) {
    return LineId::derive(note.slot(), {note.to_string(), "line", std::to_string(n)});
}

bool State::owes(const EffectId& effect) const {
    return std::ranges::find(owed, effect) != owed.end();
}

Money State::part_of(const OrderId& order) const {
    Money part{0, total().currency};
    for (const Line& line : requested.lines)
        if (line.order_id == order) part += line.line.gross;
    return part;
}

EffectId number_effect(const CreditNoteId& note) {
    return effect(note, "number", "");
}
EffectId restock_effect(const CreditNoteId& note, const LineId& line) {
    return effect(note, "restock", line.to_string());
}
EffectId part_effect(const CreditNoteId& note, const OrderId& order) {
    return effect(note, "part", order.to_string());
}

void evolve(State& state, const Requested& event, Time time) {
    const CreditNoteId& id = event.credit_note_id;
    state.requested = event;
    state.requested_at = time;
    state.settled = Money{0, event.terms.currency};
    for (const Line& line : event.lines) {
        if (line.restock > 0) owe(state, restock_effect(id, line.line.line_id));
        const bool elsewhere = !line.order_id.is_empty() && line.order_id != event.order_id;
        if (elsewhere) owe(state, part_effect(id, line.order_id));
    }
}

void evolve(State& state, const Issued& event, Time) {
    state.number = event.number;
    settle(state, state.settled);
}

void evolve(State& state, const Settled& event, Time) {
    settle(state, state.settled + event.amount);
}

void evolve(State& state, const Reopened& event, Time) {
    settle(state, state.settled - event.amount);
}

void evolve(State& state, const EffectAnswered& event, Time) {
    for (const checkout::EffectAnswer& answer : event.answers)
        std::erase(state.owed, answer.effect_id);
}

}  // namespace shop::credit_note
