// A shop of pure functions: decides commands, keeps what streams owe, and runs it when told to, as
// the engine does, with answers that get lost. One thread; time passes when it is told to.
#pragma once

#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/effect.hpp"
#include "tests/core/checkout/model/sandbox_desk.hpp"
#include "tests/support/given.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::tests {

class SmallEngine {
  public:
    // What a test breaks on purpose: sees each decision before it counts.
    using Alter = std::function<void(const AnyCommand&, Decision&)>;

    SmallEngine(std::uint64_t seed, const SeriesId& local_series, Alter alter);

    TestCatalog catalog;
    SandboxDesk provider;
    std::mt19937_64 random;

    // True if it was accepted.
    bool record(const AnyCommand& command);
    // … what was recorded before, as if nobody knew.
    void repeat(const AnyCommand& command);
    const Error& refusal() const { return refusal_; }
    // Events that were there before anything was decided.
    void begin_with(const std::vector<NewEvent>& events);

    // One thing an open stream owes: done, told or lost.
    void run_one();
    // Everything the provider told by itself, in any order, some of it twice.
    void hear_webhooks();
    void pass(Duration time);
    void lose_memory();
    // Nothing is lost from here on: until nothing more happens. False if that does not come.
    bool settle();

    template <class State>
    const State* find(const StreamId& id) const {
        return streams_.find<State>(id);
    }
    const StreamTable& streams() const { return streams_; }
    Time now() const { return now_; }
    const std::vector<NewEvent>& events() const { return events_; }
    const std::set<StreamId>& open() const { return open_; }
    // Answers that got lost on their way or were forgotten; commands that came more than once.
    std::size_t lost_answers() const { return lost_answers_; }
    std::size_t repetitions() const { return repetitions_; }

    bool chance(int percent) { return static_cast<int>(random() % 100) < percent; }
    std::int64_t pick(std::int64_t from, std::int64_t to) {
        return from +
               static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(to - from + 1));
    }

  private:
    void fold(const NewEvent& event);
    std::vector<Effect> due_of(const StreamId& stream);
    void run(const Effect& effect);
    bool take_steps(const StreamId& stream);

    const SeriesId local_series_;
    const Alter alter_;
    StreamTable streams_;
    Time now_ = kNoon;
    Actor actor_{.kind = ActorKind::kStaff, .id = "ann"};
    Error refusal_;
    std::vector<NewEvent> events_;
    std::set<StreamId> open_;
    std::map<StreamId, Answers> answers_;
    bool is_lossy_ = true;
    int commands_ = 0;
    std::size_t lost_answers_ = 0;
    std::size_t repetitions_ = 0;
};

}  // namespace shop::tests
