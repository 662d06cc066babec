// The effect runner: makes true what open streams owe (core/effect.hpp). It learns of them from the
// engine's commits, and from the open set at the start and once a minute; it runs their effects,
// records the answers, keeps their deadlines, and lists what a person must look at. It also finds
// units that are held too long, and forgets who did not buy: it makes unreadable what was said in
// carts that nobody touched for long, which end then, and by guests in orders by phone that failed.
// These owe nothing and are no part of the open set, so that millions of them cost nothing before
// their time comes.
// One per process: it runs the effects of the partitions that the process is in office of, and
// drops what it knows of one that it left. While two processes run the same effect, for each
// believes so, nothing happens twice: they send it under the same id.
//
// All it knows may be lost at any moment: an effect that ends without a recorded answer is due
// again, under the same id, by this runner or the next. Effects are limited, in all and per target;
// what cannot be followed for want of room is found again by the next look at the open set.
//
// One thread, that of `loop`, unless said otherwise.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "events/effects/agenda.hpp"
#include "events/effects/alarms.hpp"
#include "events/effects/attention.hpp"
#include "events/effects/token_keys.hpp"
#include "events/effects/turnstile.hpp"
#include "events/engine.hpp"
#include "events/executor.hpp"
#include "events/keys/erasures.hpp"
#include "events/slot_map.hpp"
#include "events/task.hpp"

namespace shop {

struct EffectOptions {
    std::size_t streams_max = 100'000;  // followed at once
    int visits_max = 256;               // streams looked at, or steps being recorded, at once
    int running_max = 2'048;            // effects under way
    int running_per_target_max = 64;
    // Of the start, or of coming into office: what is owed goes first.
    Duration deadlines_after = seconds(30);
    Duration look_interval = minutes(1);
    // Of one kind and partition, before the others have a turn: carts or checkouts that expire …
    std::size_t expired_per_look = 500;
    std::size_t unreadable_max = 1'000;  // … of all: then the state store is damaged, not some
    std::size_t overdue_per_look = 500;  // stock items with an old hold; payments
    std::uint64_t seed = 0;              // of the back-offs' spread
};

// One and the same where one process decides everything.
struct EffectEngines {
    Engine& own;  // of this process: follows what is decided here, and refuses everything else
    Engine& all;  // reaches every stream, wherever it is decided: effects call it
};

// What the runner does to the world besides the engines.
struct EffectPorts {
    // Ends in bounded time; resumes on the runner's loop.
    std::function<Task<payment::ProviderResult>(EffectId, AnyCall)> call_provider;
    TokenPorts tokens;
    // Outlives the runner.
    Attention& attention;
    // Lists their keys and destroys them (events/keys/erasures.hpp: carry_out_expired); resumes on
    // the runner's loop. False: not possible now.
    std::function<Task<bool>(std::vector<ExpiringStream>)> erase = {};
};

// Thread-safe to read.
struct EffectCounters {
    std::atomic<std::uint64_t> effects_sent = 0;
    std::atomic<std::uint64_t> effects_unanswered = 0;  // sent, and due again
    std::atomic<std::uint64_t> steps_recorded = 0;
    std::atomic<std::uint64_t> steps_failed = 0;
    std::atomic<std::uint64_t> carts_expired = 0;
    std::atomic<std::uint64_t> guests_forgotten = 0;     // of orders by phone that failed
    std::atomic<std::uint64_t> expiries_unreadable = 0;  // over, but damaged or refused
    std::atomic<std::uint64_t> expiries_cut_off = 0;     // looks for what is over; done again
    std::atomic<std::uint64_t> streams_left_out = 0;     // for want of room, until the next look
    std::atomic<std::int64_t> streams_followed = 0;
    std::atomic<std::int64_t> effects_running = 0;
};

class EffectRunner final : public CommitObserver {
  public:
    // Made before the engine takes commands (token_keys.hpp).
    EffectRunner(EffectEngines engines, Executor& loop, const Clock& clock, const SlotMap& map,
                 EffectPorts ports, EffectOptions options);
    // Only when nothing is under way any more (see stop()), and the engine no longer reports.
    ~EffectRunner() override;

    // Takes up what is owed in the offices held, and opens their series of order numbers; the same
    // for each that comes later. Before it commits are only noted.
    void start();
    // Starts nothing more; calls `done` once nothing is under way. The engine must still run.
    void stop(Executor::Function done);

    // Thread-safe.
    void on_commit(Partition partition, std::span<const StreamId> streams) override;
    void on_advance(Partition, Offset) override {}
    void on_office(Partition partition, const Term& term, bool is_held) override;
    const EffectCounters& counters() const { return counters_; }

  private:
    struct Followed {
        explicit Followed(const StreamId& stream) : agenda(stream) {}
        Agenda agenda;
        bool is_visited = false;  // a visit is queued or under way
        bool look_again = false;  // touched since it was read
        bool is_waiting = false;  // for a place in the turnstile
        int failed_reads = 0;
        std::string complaint;  // why its step is refused
    };

    void drain_inbox();
    void office_changed(Partition partition, bool is_held);
    void take_up(Partition partition);
    void drop(Partition partition);
    void look_at_all();
    void look_at(Partition partition);
    void look_at_concerns();
    void visit(const StreamId& stream);
    void start_visits();
    void start_visits_soon();
    Task<bool> run_visit(StreamId stream);
    bool read_failed(const StreamId& stream, Followed& followed, const Error& error);
    Task<bool> record(StreamId stream, Step step);
    void end_visit(const StreamId& stream, bool is_finished);
    void tell_attention(const StreamId& stream, const Followed& followed, const AnyState& state,
                        const Todo& todo) const;
    void sweep_tokens();
    void send(const StreamId& stream, Followed& followed, Effect effect);
    Task<std::optional<Outcome>> run_effect(Effect effect);
    Task<std::optional<Outcome>> call_stream(Effect effect);
    void effect_ended(const StreamId& stream, const EffectId& effect, const std::string& target,
                      std::optional<Outcome> outcome);
    void expire();
    Task<bool> run_expiry();
    Task<bool> expire_some(Partition partition, StreamKind kind, Time by);
    bool may_expire(Partition partition) const;
    Result<std::vector<StreamId>> due_to_expire(Partition partition, StreamKind kind,
                                                Time by) const;
    Task<bool> forget_buyers(std::vector<StreamId> due, Time by, std::vector<Expiry>& over);
    Task<Status> record_expiry(Expiry over);
    bool cut_off(const Error& error);
    void leave_alone(const StreamId& stream, const Error& error);
    void open_series(const SeriesId& series, int tries);
    Submission submission_of(AnyCommand command, const CommandId& id, std::string cause) const;
    Moment moment(Partition partition) const;
    void wake(const StreamId& stream, std::optional<Duration> steady);
    void arm();
    void tick();
    void ended();

    Engine& own_;
    Engine& all_;
    Executor& loop_;
    const Clock& clock_;
    const SlotMap& map_;
    const EffectPorts ports_;
    const EffectOptions options_;

    std::mutex inbox_mutex_;
    std::vector<StreamId> inbox_;  // guarded by inbox_mutex_; not empty: a drain is posted

    Backoff backoff_;
    Turnstile turnstile_;
    Alarms alarms_;
    std::optional<Duration> armed_for_;
    std::unordered_map<StreamId, std::unique_ptr<Followed>> followed_;
    TokenKeys tokens_;
    bool is_sweeping_ = false;
    std::deque<StreamId> to_visit_;
    bool are_visits_posted_ = false;
    bool are_visits_starting_ = false;
    int visits_ = 0;
    int under_way_ = 0;  // tasks: visits, effects, series
    Time last_seen_;     // of all records this runner has caused: what follows is not older
    std::map<Partition, Duration> offices_;  // held, and from when on deadlines are kept there
    bool is_expiring_ = false;
    std::unordered_set<StreamId> unreadable_;  // and due to expire; until a visit can read them
    bool is_started_ = false;
    bool is_stopping_ = false;
    Executor::Function when_idle_;
    EffectCounters counters_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace shop
