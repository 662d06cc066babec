// What is to be done for one open stream: the step its answers allow, the effects that are due, and
// when to look again. Decides from the stream's state by the rules of core/effect.hpp, and keeps
// what those leave to it: the answers, what is in flight, and how often it was tried.
//
// Forgetting an agenda is always safe: the effects run again under the same ids. One thread.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/effect.hpp"
#include "events/effects/backoff.hpp"

namespace shop {

// The moment of a look, by both clocks: states speak of recorded time, back-offs of steady time.
struct Moment {
    Time now;
    Duration steady;
    bool deadlines = true;  // false: they wait (at the start, or while the clock is not to be
                            // believed)
};

struct Todo {
    std::optional<Step> step;      // to be recorded before anything else
    std::vector<Effect> effects;   // due, none of them in flight
    std::vector<Effect> parked;    // older than kEffectLife: not sent any more
    std::optional<Duration> wake;  // look again at this steady time
    bool is_finished = false;      // nothing owed, nothing in flight: forget the stream
};

class Agenda {
  public:
    explicit Agenda(const StreamId& stream) : stream_(stream) {}

    Todo look(const AnyState& state, const Moment& moment);

    // The effect goes out now.
    void effect_started(const EffectId& effect);
    // It came back, with an outcome or without one. If it is still owed then, it is due again after
    // a back-off.
    void effect_ended(const EffectId& effect, std::optional<Outcome> outcome, Duration steady,
                      Backoff& backoff);

    // The step was submitted and changed nothing in the stream, or failed: not again before a
    // back-off.
    void step_stalled(const Step& step, Duration steady, Backoff& backoff);
    void step_recorded() { stalled_.reset(); }

    int in_flight() const { return in_flight_; }
    // Whether what came back since the last look is worth another one: each goes over all that is
    // owed, and of many effects at once, such as the units of a thousand lines, only the last
    // answer decides anything.
    bool wants_look() const { return in_flight_ <= kFew || in_flight_ <= in_flight_at_look_ / 2; }

  private:
    static constexpr int kFew = 16;

    struct Tries {
        int count = 0;
        bool in_flight = false;
        bool seen = true;  // pending at the last look
        Duration due;      // not before
    };
    struct Stalled {
        CommandId step;
        int count = 0;
        Duration due;
    };

    std::optional<Step> next_step(const AnyState& state, const Moment& moment, Todo& todo);
    void add_effect(Effect effect, const Moment& moment, Todo& todo);
    void forget_what_is_over();

    const StreamId stream_;
    Answers answers_;
    std::unordered_map<EffectId, Tries> tries_;
    std::optional<Stalled> stalled_;
    int in_flight_ = 0;
    int in_flight_at_look_ = 0;  // those that it sent included
};

}  // namespace shop
