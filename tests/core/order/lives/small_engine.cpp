#include "tests/core/order/lives/small_engine.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace shop::tests {
namespace {

// What a decision is shown: the streams of its own slot, and the partition's numbers.
class OwnSlot final : public Streams {
  public:
    OwnSlot(const StreamTable& all, Slot slot, const SeriesId& series)
        : all_(all), slot_(slot), series_(series) {}
    const AnyState* find_any(const StreamId& id) const override {
        return is_shown(id) ? all_.find_any(id) : nullptr;
    }
    std::uint64_t version_of(const StreamId& id) const override {
        return is_shown(id) ? all_.version_of(id) : 0;
    }

  private:
    bool is_shown(const StreamId& id) const { return id.slot() == slot_ || id == series_; }
    const StreamTable& all_;
    const Slot slot_;
    const StreamId series_;
};

const AnyState kNothing;

}  // namespace

SmallEngine::SmallEngine(std::uint64_t seed, const SeriesId& local_series, Alter alter)
    : random(seed), local_series_(local_series), alter_(std::move(alter)) {}

void SmallEngine::fold(const NewEvent& event) {
    streams_.fold(event, now_);
    events_.push_back(event);
    const AnyState& state = *streams_.find_any(event.stream);
    if (is_open(state))
        open_.insert(event.stream);
    else
        open_.erase(event.stream);
}

void SmallEngine::begin_with(const std::vector<NewEvent>& events) {
    for (const NewEvent& event : events) fold(event);
}

bool SmallEngine::record(const AnyCommand& command) {
    const Env env{.now = now_,
                  .command = command_id(++commands_),
                  .actor = &actor_,
                  .catalog = &catalog,
                  .local_series = local_series_};
    const OwnSlot streams(streams_, target_of(command).slot(), local_series_);
    Result<Decision> decision = decide_any(command, streams, env);
    if (!decision) {
        refusal_ = decision.error();
        return false;
    }
    if (alter_) alter_(command, *decision);
    for (const NewEvent& event : decision->events) fold(event);
    return true;
}

void SmallEngine::repeat(const AnyCommand& command) {
    ++repetitions_;
    record(command);
}

void SmallEngine::lose_memory() {
    for (const auto& [_, answers] : answers_) lost_answers_ += answers.size();
    answers_.clear();
}

std::vector<Effect> SmallEngine::due_of(const StreamId& stream) {
    std::vector<Effect> effects =
        pending(stream, *streams_.find_any(stream), answers_[stream], now_);
    std::erase_if(effects, [&](const Effect& effect) { return effect.not_before > now_; });
    return effects;
}

void SmallEngine::run(const Effect& effect) {
    std::optional<Outcome> outcome;
    if (is_provider_call(effect.call)) {
        if (const auto result = provider.take(effect.id, effect.call, now_)) outcome = *result;
    } else {
        const AnyCommand command = command_of(effect.call).value();
        record(command);
        const AnyState* target = streams_.find_any(target_of(command));
        outcome = find_outcome(effect.call, target == nullptr ? kNothing : *target);
    }
    if (!outcome) return;
    if (is_lossy_ && chance(25))
        ++lost_answers_;
    else
        answers_[effect.owner].put(effect.id, std::move(*outcome));
}

bool SmallEngine::take_steps(const StreamId& stream) {
    bool has_moved = false;
    for (int n = 0; n < 20; ++n) {
        const auto step = advance(stream, *streams_.find_any(stream), answers_[stream], now_);
        if (!step) break;
        const std::size_t before = events_.size();
        record(step->command);
        if (is_lossy_ && chance(10)) repeat(step->command);
        if (events_.size() == before) break;
        has_moved = true;
    }
    return has_moved;
}

void SmallEngine::run_one() {
    if (open_.empty()) return;
    auto at = open_.begin();
    std::advance(at, pick(0, static_cast<std::int64_t>(open_.size()) - 1));
    const StreamId stream = *at;
    const std::vector<Effect> due = due_of(stream);
    if (!due.empty())
        run(due[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(due.size()) - 1))]);
    take_steps(stream);
}

void SmallEngine::hear_webhooks() {
    auto told = provider.take_webhooks();
    std::ranges::shuffle(told, random);
    for (const payment::RecordProviderResult& webhook : told) {
        record(webhook);
        if (chance(30)) repeat(webhook);
    }
}

void SmallEngine::pass(Duration time) {
    now_ = now_ + time;
    provider.settle(now_);
}

bool SmallEngine::settle() {
    is_lossy_ = false;
    for (int round = 0; round < 60; ++round) {
        const std::size_t before = events_.size();
        const std::vector<StreamId> streams(open_.begin(), open_.end());
        for (const StreamId& stream : streams) {
            for (const Effect& effect : due_of(stream)) run(effect);
            take_steps(stream);
        }
        pass(seconds(4));
        hear_webhooks();
        if (events_.size() == before && round > 2) return true;
    }
    return false;
}

}  // namespace shop::tests
