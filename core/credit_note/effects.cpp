// What a credit note owes: its number, goods back in stock, and their parts to orders elsewhere.
#include <map>
#include <string>
#include <utility>

#include "core/effect.hpp"
#include "core/order/series.hpp"

namespace shop::credit_note {
namespace {

constexpr Duration kPatience = minutes(5);  // until somebody must look why it is refused

bool is_elsewhere(const State& state, const Line& line) {
    return !line.order_id.is_empty() && line.order_id != state.requested.order_id;
}

// The parts of orders in other slots.
std::map<OrderId, order::ApplyCredit> parts_of(const CreditNoteId& id, const State& state) {
    std::map<OrderId, order::ApplyCredit> parts;
    for (const Line& line : state.requested.lines) {
        if (!is_elsewhere(state, line)) continue;
        order::ApplyCredit& part = parts[line.order_id];
        if (part.order.is_empty())
            part = {.order = line.order_id,
                    .note = id,
                    .lines = {},
                    .amount = {0, state.requested.terms.currency},
                    .reason = state.requested.reason,
                    .credited_at = state.requested.credited_at};
        part.lines.push_back(
            {line.order_line_id, line.line.quantity, line.line.gross, line.restock});
        part.amount += line.line.gross;
    }
    return parts;
}

Effect effect_of(const CreditNoteId& id, const State& state, const EffectId& effect, AnyCall call) {
    return {.id = effect,
            .owner = id,
            .call = std::move(call),
            .since = state.requested_at,
            .not_before = {}};
}

}  // namespace

void append_pending(const CreditNoteId& id, const State& state, const Answers& answers, Time,
                    std::vector<Effect>& effects) {
    const auto is_due = [&](const EffectId& effect) {
        return state.owes(effect) && !answers.has(effect);
    };
    if (state.number == 0 && !answers.has(number_effect(id)))
        effects.push_back(effect_of(id, state, number_effect(id),
                                    series::AssignNumber{std::string(series::kCreditNotes), id}));
    for (const Line& line : state.requested.lines) {
        const EffectId effect = restock_effect(id, line.line.line_id);
        if (line.restock == 0 || !is_due(effect)) continue;
        effects.push_back(effect_of(id, state, effect,
                                    stock::Restock{.stock = line.line.stock_id,
                                                   .document = id,
                                                   .line_id = line.line.line_id,
                                                   .order_id = line.order_id,
                                                   .quantity = line.restock,
                                                   .disposition = line.disposition,
                                                   .moved_at = state.requested.credited_at}));
    }
    if (state.owed.empty()) return;
    for (auto& [order, part] : parts_of(id, state))
        if (is_due(part_effect(id, order)))
            effects.push_back(effect_of(id, state, part_effect(id, order), std::move(part)));
}

// The number by itself; all other answers in one record, once all are there.
std::optional<Step> advance(const CreditNoteId& id, const State& state, const Answers& answers,
                            Time) {
    const auto* number = answers.find<series::Number>(number_effect(id));
    if (state.number == 0 && number != nullptr)
        return Step{CommandId::derive(id.slot(), {"step", id.to_string(), "number"}),
                    RecordNumber{id, number->number}};
    if (state.owed.empty()) return std::nullopt;
    RecordAnswers command{id, {}};
    std::map<EffectId, OrderId> parts;
    for (const auto& [order, part] : parts_of(id, state)) parts[part_effect(id, order)] = order;
    for (const EffectId& effect : state.owed) {
        if (!answers.has(effect)) return std::nullopt;
        const auto* credited = answers.find<order::Credited>(effect);
        Answer answer{{effect, credited == nullptr ? "restocked" : "credited", ""}, {}, {}};
        if (credited != nullptr) {
            answer.order_id = parts.at(effect);
            answer.refunded = credited->refunded;
            answer.otherwise = credited->otherwise;
        }
        command.answers.push_back(std::move(answer));
    }
    return Step{CommandId::derive(id.slot(), {"step", id.to_string(), "answers"}),
                std::move(command)};
}

bool is_open(const State& state) {
    return state.number == 0 || !state.owed.empty();
}

std::optional<Concern> needs_operator(const State& state, Time now) {
    const Time since = state.requested_at + kPatience;
    if (state.owed.empty() || now < since) return std::nullopt;
    return Concern{
        "A stock item does not take back what was credited, or an order in part of the "
        "credit note does not take its part. Mend what bars it, or settle the part by other means.",
        since};
}

}  // namespace shop::credit_note
