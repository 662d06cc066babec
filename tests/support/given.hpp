// given(events).when(command).then(events): how decisions are tested.
//
//   given(on(cart, cart::Created{…}, cart::LineAdded{…}))
//       .at(kNoon)
//       .with(catalog)
//       .when(cart::RemoveLine{cart, line})
//       .then(on(cart, cart::LineRemoved{line}));
//
// The events are folded with evolve_any, the command is decided by its decide() overload. What a
// when() made is folded too, so that another when() may follow a then().
#pragma once

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "core/any_event.hpp"
#include "core/any_state.hpp"
#include "core/catalog/catalog.hpp"
#include "core/decision.hpp"

namespace shop::tests {

// When scenarios happen, unless they say otherwise: 2026-11-25T12:00:00Z.
inline constexpr Time kNoon{1'795'608'000'000'000};

// The id of a scenario's n-th command, from 1.
CommandId command_id(int n);

// Events of one stream.
template <class... Events>
std::vector<NewEvent> on(const StreamId& stream, Events... events) {
    std::vector<NewEvent> all;
    all.reserve(sizeof...(events));
    (all.push_back({stream, AnyEvent(std::move(events)), {}}), ...);
    return all;
}

// Streams folded in memory, as a decision sees them.
class StreamTable : public Streams {
  public:
    void fold(const NewEvent& event, Time time);
    const AnyState* find_any(const StreamId& id) const override;
    std::uint64_t version_of(const StreamId& id) const override;

  private:
    struct Entry {
        AnyState state;
        std::uint64_t version = 0;
    };
    std::map<StreamId, Entry> entries_;
};

class Scenario {
  public:
    // More past; folded at the scenario's time.
    Scenario& given(const std::vector<NewEvent>& events);
    // The time of what follows.
    Scenario& at(Time now);
    // Must outlive the scenario.
    Scenario& with(const Catalog& catalog);
    Scenario& by(Actor actor);
    Scenario& local_series(const SeriesId& series);

    // Decides the command, and folds what it made. The command gets the id command_id(n) if it is
    // the scenario's n-th.
    template <class Command>
    Scenario& when(const Command& command) {
        const Env env = begin_command();
        return end_command(decide(command, streams_, env));
    }

    // The last command made exactly these events, in this order.
    template <class... More>
    Scenario& then(std::vector<NewEvent> events, const More&... more) {
        (events.insert(events.end(), more.begin(), more.end()), ...);
        return expect(events);
    }
    // … events of these types, whatever they hold.
    Scenario& then_types(const std::vector<std::string_view>& types);
    // … no event, and was accepted.
    Scenario& then_nothing();
    // … was refused with the problem of that type; and, if given, names that field as wrong.
    Scenario& then_refused(std::string_view type, std::string_view pointer = {});
    // … was refused, and what the caller can do about it is `code`.
    Scenario& then_refused(ErrorCode code);

    const Result<Decision>& result() const { return result_; }
    const StreamTable& streams() const { return streams_; }
    // The state of a stream, which must exist.
    template <class State>
    const State& state(const StreamId& id) const {
        const State* found = streams_.find<State>(id);
        SHOP_ASSERT(found != nullptr);
        return *found;
    }
    // The only event of that type that the last command made; it must exist.
    template <class Event>
    const Event& made() const {
        const Event* found = nullptr;
        for (const NewEvent& event : result_.value().events)
            if (const Event* held = event.data.template get_if<Event>()) found = held;
        SHOP_ASSERT(found != nullptr);
        return *found;
    }

  private:
    Env begin_command();
    Scenario& end_command(Result<Decision> result);
    Scenario& expect(const std::vector<NewEvent>& events);

    StreamTable streams_;
    Time now_ = kNoon;
    Actor actor_{.kind = ActorKind::kShopper};
    const Catalog* catalog_ = nullptr;
    SeriesId local_series_;
    int commands_ = 0;
    Result<Decision> result_ = Decision{};
};

// Begins a scenario.
template <class... More>
Scenario given(const std::vector<NewEvent>& events, const More&... more) {
    Scenario scenario;
    scenario.given(events);
    (scenario.given(more), ...);
    return scenario;
}
inline Scenario given_nothing() {
    return {};
}

}  // namespace shop::tests
