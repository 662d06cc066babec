#include "events/effects/agenda.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace shop {
namespace {

void wake_by(Todo& todo, Duration steady) {
    todo.wake = todo.wake ? std::min(*todo.wake, steady) : steady;
}

Duration steady_at(Time time, const Moment& moment) {
    return {moment.steady.us + (time - moment.now).us};
}

}  // namespace

Todo Agenda::look(const AnyState& state, const Moment& moment) {
    Todo todo;
    in_flight_at_look_ = in_flight_;
    todo.step = next_step(state, moment, todo);
    if (todo.step) return todo;
    for (auto& [id, tries] : tries_) tries.seen = false;
    for (Effect& effect : pending(stream_, state, answers_, moment.now))
        add_effect(std::move(effect), moment, todo);
    forget_what_is_over();
    const auto time = deadline(stream_, state);
    if (time && *time > moment.now) wake_by(todo, steady_at(*time, moment));
    todo.is_finished = !is_open(state) && in_flight_ == 0 && todo.effects.empty() && !stalled_;
    return todo;
}

std::optional<Step> Agenda::next_step(const AnyState& state, const Moment& moment, Todo& todo) {
    auto step = advance(stream_, state, answers_, moment.now);
    if (!step && moment.deadlines) step = on_deadline(stream_, state, moment.now);
    if (!step) stalled_.reset();
    if (!step || !stalled_ || stalled_->step != step->id || stalled_->due <= moment.steady)
        return step;
    wake_by(todo, stalled_->due);
    return std::nullopt;
}

void Agenda::add_effect(Effect effect, const Moment& moment, Todo& todo) {
    const auto at = tries_.find(effect.id);
    if (at != tries_.end()) {
        at->second.seen = true;
        if (at->second.in_flight) return;
        if (at->second.due > moment.steady) return wake_by(todo, at->second.due);
    }
    if (moment.now - effect.since > kEffectLife) {
        todo.parked.push_back(std::move(effect));
        return;
    }
    if (effect.not_before > moment.now) return wake_by(todo, steady_at(effect.not_before, moment));
    todo.effects.push_back(std::move(effect));
}

void Agenda::forget_what_is_over() {
    std::erase_if(tries_,
                  [](const auto& each) { return !each.second.seen && !each.second.in_flight; });
}

void Agenda::effect_started(const EffectId& effect) {
    Tries& tries = tries_[effect];
    SHOP_ASSERT(!tries.in_flight);
    tries.in_flight = true;
    in_flight_at_look_ = ++in_flight_;
}

void Agenda::effect_ended(const EffectId& effect, std::optional<Outcome> outcome, Duration steady,
                          Backoff& backoff) {
    Tries& tries = tries_[effect];
    SHOP_ASSERT(tries.in_flight);
    tries.in_flight = false;
    --in_flight_;
    tries.due = {steady.us + backoff.after(++tries.count).us};
    if (outcome) answers_.put(effect, std::move(*outcome));
}

void Agenda::step_stalled(const Step& step, Duration steady, Backoff& backoff) {
    if (!stalled_ || stalled_->step != step.id) stalled_ = Stalled{step.id, 0, {}};
    stalled_->due = {steady.us + backoff.after(++stalled_->count).us};
}

}  // namespace shop
