// One connection in libpq's pipeline mode on an event loop: requests are sent without waiting for
// the answers of those before, with one flush (and one sync) per turn of the loop. Used by
// pipeline.hpp alone. One thread: the loop's.
//
// The requests between two syncs share one implicit transaction: an error aborts those behind it up
// to the sync. Those did not run; they are handed back to be sent again.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "events/executor.hpp"
#include "events/fd_watcher.hpp"
#include "projections/postgres/rows.hpp"

struct pg_conn;

namespace shop::postgres {

// See Pipeline: which connections a request may use.
enum class Lane { kQuick, kSlow };

struct PipelineRequest {
    using Answer = std::move_only_function<void(Result<Rows>)>;

    Lane lane = Lane::kQuick;
    Statement statement;
    Parameters parameters;
    Answer answer;        // nothing once nobody waits for it any more
    int attempts = 0;     // sent and aborted by a neighbour's error, or lost with a connection
    Duration since = {};  // when it began to wait for its turn, by the steady clock
};

// What a pipeline runs on; all of it outlives the pipeline.
struct PipelineLoop {
    FdWatcher& watcher;
    Executor& executor;
    const Clock& clock;
};

class PipelineConnection {
  public:
    // What the connection tells its owner.
    class Owner {
      public:
        virtual ~Owner() = default;
        // A request that did not run, to be sent again.
        virtual void take_back(PipelineRequest request) = 0;
        // The connection is up, or an answer came: it may have room for more.
        virtual void has_room(PipelineConnection& connection) = 0;
    };

    // Connects at once; after a loss again and again, with a back-off of 50 ms to 2 s.
    PipelineConnection(const PipelineLoop& loop, std::string conninfo, Owner& owner);
    ~PipelineConnection();
    PipelineConnection(const PipelineConnection&) = delete;
    PipelineConnection& operator=(const PipelineConnection&) = delete;

    bool is_up() const { return state_ == State::kUp; }
    std::size_t in_flight() const { return in_flight_; }

    // Only while it is up.
    void send(PipelineRequest request);

    // Whether it owes an answer (or is being made) and has said nothing for longer than that: a
    // server that is frozen, or cut off, does not close it.
    bool is_silent(Duration limit) const;
    // Gives the connection up if it is.
    void lose_if_silent(Duration limit);
    // Adds who waits for what was asked at that moment or before. They have to be answered by the
    // caller; what comes for them from the database is dropped.
    void abandon(Duration asked_until, std::vector<PipelineRequest::Answer>& abandoned);

  private:
    enum class State { kDown, kConnecting, kUp };
    enum class Kind { kPrepare, kQuery, kSync };
    struct Sent {
        Kind kind;
        PipelineRequest request;  // kQuery
    };
    struct Finish {
        void operator()(pg_conn* connection) const;
    };

    void connect();
    void poll_connecting();
    void become_up();
    void lose(const std::string& why);
    bool prepare(const Statement& statement);
    void schedule_flush();
    void flush();
    void wait_readable();
    void read();
    void take_result(pg_result* result);
    void take_prepare_result(int status, Error error);
    void take_query_result(PipelineRequest request, Rows rows, int status, Error error);

    FdWatcher& watcher_;
    Executor& executor_;
    const Clock& clock_;
    const std::string conninfo_;
    Owner& owner_;
    std::unique_ptr<pg_conn, Finish> connection_;
    State state_ = State::kDown;
    int fd_ = -1;
    bool flush_due_ = false;
    bool unsynced_ = false;
    bool reading_ = false;
    bool writing_ = false;
    std::size_t in_flight_ = 0;  // queries sent and not answered
    Duration heard_{};           // steady clock: of the last sign, or of the question behind it
    std::deque<Sent> sent_;
    std::set<std::string_view> prepared_;
    std::optional<Error> prepare_error_;  // of the prepare right before the next query
    Duration back_off_{};
    // Posted functions look here before they touch the object; it dies with it.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace shop::postgres
