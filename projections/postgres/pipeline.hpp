// Reads from Postgres on the event loop, without a thread and without waiting for one answer before
// the next question. One Pipeline per loop; one thread: the loop's.
//
// Two lanes: quick look-ups by key share one connection in pipeline mode; slow queries (search,
// reports) each get a connection of their own, so that no look-up stands behind them. A slow query
// says nothing for seconds, and so does a server that is frozen: a look-up tells them apart.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "events/task.hpp"
#include "projections/postgres/pipeline_connection.hpp"

namespace shop::postgres {

struct PipelineOptions {
    std::string conninfo;
    int quick_connections = 1;
    int slow_connections = 2;
    std::size_t quick_in_flight_max = 512;  // per connection
    std::size_t waiting_max = 4096;         // per lane; beyond, a query fails at once
    int statement_timeout_ms = 5'000;
    // How long a query waits for its turn; and how long, its answer included, if its lane has no
    // connection, or the server says nothing at all for that long.
    Duration wait_max = seconds(5);
    Duration wait_max_when_down = seconds(1);
    // A connection that owes an answer and says nothing for that long is given up, though the
    // server speaks on others; longer than a statement may take, for Postgres ends that itself.
    Duration silence_max = seconds(6);
};

class Pipeline final : private PipelineConnection::Owner {
  public:
    // Connects in the background: queries wait until the first connection is up.
    Pipeline(const PipelineLoop& loop, PipelineOptions options);
    ~Pipeline() override;

    // Errors, all kUnavailable: "too-many-reads" if the lane's queue is full, or its turn does not
    // come in time; "view-unavailable" if there is no connection for a while, or the server says
    // nothing. A lost connection by itself is not an error but a wait (for reads can be repeated),
    // until it was lost five times.
    // Only statements that read. No query may be under way when the Pipeline dies.
    Task<Result<Rows>> query(Statement statement, Parameters parameters, Lane lane = Lane::kQuick);

    // Whether the database answers; errors as those of query().
    Task<Status> pulse();

    std::size_t waiting() const { return lanes_[0].waiting.size() + lanes_[1].waiting.size(); }

  private:
    struct LaneState {
        std::vector<std::unique_ptr<PipelineConnection>> connections;
        std::deque<PipelineRequest> waiting;
        std::size_t in_flight_max = 1;
        bool is_watched = false;  // watch() is due

        // Whether a connection is there that owes no answer for longer than that.
        bool answers_within(Duration limit) const;
        bool is_idle() const;
    };

    void take_back(PipelineRequest request) override;
    void has_room(PipelineConnection& connection) override;
    LaneState& lane_of(const PipelineConnection& connection);
    void enqueue(PipelineRequest request);
    void fill(LaneState& lane);
    void watch_soon(LaneState& lane);
    void watch(LaneState& lane);
    void feel_pulse(const LaneState& lane);
    void refuse_late(LaneState& lane);

    const PipelineLoop loop_;
    const PipelineOptions options_;
    std::array<LaneState, 2> lanes_;
    // Posted functions look here before they touch the object; it dies with it.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace shop::postgres
