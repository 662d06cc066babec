// What every decision takes and gives.
//
//   Result<Decision> decide(const AddLine&, const Streams&, const Env&);     // one per command
//
// A command is a plain struct with `static constexpr std::string_view kType = "AddLine"` and
// `StreamId target() const`: the stream whose slot places the command. decide() is pure: it reads
// the states it is shown, and returns the events of one record, possibly over several streams of
// the target's partition. Aggregate headers declare decide() with forward declarations; their
// sources include this file.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/any_event.hpp"
#include "core/any_state.hpp"
#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop {

class Catalog;  // core/catalog/catalog.hpp

struct NewEvent {
    StreamId stream;
    AnyEvent data;
    std::optional<Time> effective_at;  // business time, if it is not the recorded time
    bool operator==(const NewEvent&) const = default;
};

// The events of one record, in order. Empty: the command is accepted and changes nothing.
struct Decision {
    std::vector<NewEvent> events;

    template <class Event>
    Decision& add(const StreamId& stream, Event event, std::optional<Time> effective_at = {}) {
        events.push_back({stream, AnyEvent(std::move(event)), effective_at});
        return *this;
    }
};

// The states a decision may read. Only streams of the target's partition are shown.
class Streams {
  public:
    virtual ~Streams() = default;

    // The state of a stream, or nullptr if it has no event yet. Valid during the decision.
    template <class State>
    const State* find(const StreamId& id) const {
        const AnyState* state = find_any(id);
        return state == nullptr ? nullptr : std::get_if<State>(state);
    }
    virtual const AnyState* find_any(const StreamId& id) const = 0;

    // The number of events the stream has; 0 if there is none.
    virtual std::uint64_t version_of(const StreamId& id) const = 0;
};

// What else a decision may depend on; all of it comes in with the command.
struct Env {
    Time now;           // stamped by the partition's owner; never falls
    CommandId command;  // new ids are derived from it
    const Actor* actor = nullptr;
    const Catalog* catalog = nullptr;  // prices and settings as known now
    SeriesId local_series;             // where the partition's order numbers come from
};

}  // namespace shop
