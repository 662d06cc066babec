// Reads a Kafka topic at offsets of our own: no consumer group, nothing committed.
//
// A cursor stands in one partition and is fed ahead by librdkafka. Readers that go on where they
// stopped find their cursor again and cost no round trip; any other read asks the broker where the
// partition ends, so that it does not miss what was there before. Cursors that nobody used for a
// while are stopped: a writer that is always followed by a reader doubles the brokers' work.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "events/kafka/client.hpp"
#include "events/kafka/topics.hpp"
#include "events/log.hpp"

namespace shop::kafka {

struct ReaderOptions {
    std::string brokers;
    TopicNames topics;
    Settings settings;               // further ones, of the connection
    int answer_timeout_ms = 10'000;  // of a read that knows that there is something
};

// Thread-safe.
class Reader {
  public:
    static Result<std::unique_ptr<Reader>> make(ReaderOptions options);
    ~Reader();

    // As the port says (events/log.hpp).
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max);
    Result<Offset> end(Partition partition);

    // Entries before `end` are known to be there: a later read waits for them.
    void learn_end(Partition partition, Offset end);

    // Stops the cursors that nobody used for some seconds. Cheap if there are none.
    void rest();

  private:
    struct Lane;
    struct Cursor;
    struct Limits;
    class Lease;
    using Clock = std::chrono::steady_clock;

    explicit Reader(ReaderOptions options);
    Result<Lane*> lane(std::size_t number);
    Cursor* find_at(Partition partition, Offset from);
    Result<Cursor*> start(Partition partition, Offset from);
    Result<Cursor*> free_cursor(Partition partition);
    void give_back(Cursor& cursor);
    Offset known_end(Partition partition);
    Result<Offset> ask(Partition partition, std::int64_t what);
    Status require_beginning(Partition partition);
    std::string_view name_of(Partition partition);
    Status fill(Cursor& cursor, int timeout_ms);
    Status take(Cursor& cursor, rd_kafka_message_s* message);
    Error damaged(Partition partition, Offset offset, std::string_view detail) const;

    const ReaderOptions options_;
    std::mutex mutex_;
    std::condition_variable freed_;
    // Guarded by mutex_, but for what a taken cursor holds: that is its taker's.
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::map<Partition, std::vector<std::unique_ptr<Cursor>>> cursors_;
    std::map<Partition, Offset> ends_;
    Clock::time_point rested_at_;
};

}  // namespace shop::kafka
