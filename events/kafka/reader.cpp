#include "events/kafka/reader.hpp"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <deque>
#include <thread>

#include "events/kafka/handles.hpp"

namespace shop::kafka {
namespace {

constexpr std::size_t kLanes = 3;  // readers of one partition at the same time
constexpr std::size_t kMessagesAtOnce = 1'000;
constexpr int kPatienceMs = 50;
constexpr std::chrono::milliseconds kPatience(kPatienceMs);
constexpr auto kIdle = std::chrono::seconds(5);
constexpr std::chrono::milliseconds kFirstTry(1'000);  // of a question to a broker; then twice that

// Who leads a partition is looked up each second: where nothing is being read, librdkafka notices
// only by an error that it is not whom it takes for it, and a broker that is gone sends none.
Settings settings_of(const ReaderOptions& options) {
    Settings settings = {{"check.crcs", "true"},
                         {"isolation.level", "read_uncommitted"},
                         {"auto.offset.reset", "error"},
                         {"topic.metadata.refresh.interval.ms", "1000"},
                         {"enable.auto.commit", "false"},
                         {"enable.auto.offset.store", "false"},
                         {"fetch.wait.max.ms", "20"},
                         {"fetch.error.backoff.ms", "20"},
                         {"fetch.message.max.bytes", "4194304"},
                         {"queued.min.messages", "50000"},
                         {"queued.max.messages.kbytes", "16384"}};
    settings.insert(settings.end(), options.settings.begin(), options.settings.end());
    return settings;
}

using Message = MessageHandle;

}  // namespace

// A consumer; in one of them a partition can be read at one place only.
struct Reader::Lane {
    std::unique_ptr<Client> client;
    std::map<Topic, TopicHandle> topics;  // after the client: they end first
};

struct Reader::Cursor {
    Partition partition;
    Lane* lane = nullptr;
    rd_kafka_topic_t* topic = nullptr;
    bool is_taken = false;
    bool is_started = false;
    Offset next = 0;  // of the entry behind the last one given
    std::deque<Message> ready;
    Clock::time_point used_at;

    std::int32_t number() const { return partition.number; }
    void stop() {
        ready.clear();
        if (std::exchange(is_started, false)) rd_kafka_consume_stop(topic, number());
    }
};

class Reader::Lease {
  public:
    Lease(Reader& reader, Cursor& cursor) : reader_(reader), cursor_(cursor) {}
    ~Lease() { reader_.give_back(cursor_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

  private:
    Reader& reader_;
    Cursor& cursor_;
};

Reader::Reader(ReaderOptions options) : options_(std::move(options)) {
    lanes_.reserve(kLanes);  // the first one stays where it is: end() looks at it without the lock
}

Result<std::unique_ptr<Reader>> Reader::make(ReaderOptions options) {
    std::unique_ptr<Reader> reader(new Reader(std::move(options)));
    const std::lock_guard lock(reader->mutex_);
    if (auto lane = reader->lane(0); !lane) return std::unexpected(lane.error());
    return reader;
}

Reader::~Reader() {
    for (auto& [partition, cursors] : cursors_)
        for (const auto& cursor : cursors) cursor->stop();
}

// ---- Cursors ------------------------------------------------------------------------------------

// Under the lock.
Result<Reader::Lane*> Reader::lane(std::size_t number) {
    while (lanes_.size() <= number) {
        auto lane = std::make_unique<Lane>();
        SHOP_TRY(client, Client::make(Role::kConsumer, options_.brokers, settings_of(options_)));
        lane->client = std::move(client);
        for (const Topic topic : {Topic::kCatalog, Topic::kCommerce, Topic::kClicks})
            lane->topics[topic].reset(rd_kafka_topic_new(
                lane->client->get(), options_.topics.of(topic).c_str(), nullptr));
        lanes_.push_back(std::move(lane));
    }
    return lanes_[number].get();
}

// A free cursor that stands there already, taken. Under the lock.
Reader::Cursor* Reader::find_at(Partition partition, Offset from) {
    for (const auto& cursor : cursors_[partition]) {
        if (cursor->is_taken || !cursor->is_started || cursor->next != from) continue;
        cursor->is_taken = true;
        return cursor.get();
    }
    return nullptr;
}

// Any free cursor of the partition, taken: one that is not in use yet, else the one that was used
// least recently. Waits if there is none.
Result<Reader::Cursor*> Reader::free_cursor(Partition partition) {
    std::unique_lock lock(mutex_);
    auto& cursors = cursors_[partition];
    for (;;) {
        Cursor* oldest = nullptr;
        for (const auto& cursor : cursors)
            if (!cursor->is_taken && (oldest == nullptr || cursor->used_at < oldest->used_at))
                oldest = cursor.get();
        if ((oldest == nullptr || oldest->is_started) && cursors.size() < kLanes) {
            SHOP_TRY(lane, this->lane(cursors.size()));
            oldest = cursors.emplace_back(std::make_unique<Cursor>()).get();
            oldest->partition = partition;
            oldest->lane = lane;
            oldest->topic = lane->topics.at(partition.topic).get();
        }
        if (oldest != nullptr) {
            oldest->is_taken = true;
            return oldest;
        }
        freed_.wait(lock);
    }
}

// A cursor that stands at `from`, taken; null if the partition ends before it.
Result<Reader::Cursor*> Reader::start(Partition partition, Offset from) {
    SHOP_TRY(end, this->end(partition));
    SHOP_TRY_STATUS(require_beginning(partition));
    if (from > end) return nullptr;
    SHOP_TRY(cursor, free_cursor(partition));
    cursor->stop();
    if (rd_kafka_consume_start(cursor->topic, cursor->number(), from) != 0) {
        give_back(*cursor);
        return std::unexpected(
            cursor->lane->client->unreachable("reading " + partition.to_string()));
    }
    cursor->is_started = true;
    cursor->next = from;
    return cursor;
}

void Reader::give_back(Cursor& cursor) {
    {
        const std::lock_guard lock(mutex_);
        cursor.used_at = Clock::now();
        cursor.is_taken = false;
    }
    freed_.notify_all();
}

void Reader::rest() {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    if (now - rested_at_ < kIdle) return;
    rested_at_ = now;
    for (const auto& lane : lanes_) lane->client->serve(0);  // complaints, which nobody else takes
    for (auto& [partition, cursors] : cursors_)
        for (const auto& cursor : cursors)
            if (!cursor->is_taken && cursor->is_started && now - cursor->used_at > kIdle)
                cursor->stop();
}

// ---- Ends ---------------------------------------------------------------------------------------

void Reader::learn_end(Partition partition, Offset end) {
    const std::lock_guard lock(mutex_);
    Offset& known = ends_[partition];
    known = std::max(known, end);
}

Offset Reader::known_end(Partition partition) {
    const std::lock_guard lock(mutex_);
    return ends_[partition];
}

Result<Offset> Reader::end(Partition partition) {
    SHOP_TRY(end, ask(partition, RD_KAFKA_OFFSET_END));
    learn_end(partition, end);
    return end;
}

Status Reader::require_beginning(Partition partition) {
    SHOP_TRY(first, ask(partition, RD_KAFKA_OFFSET_BEGINNING));
    if (first == 0) return {};
    return std::unexpected(damaged(
        partition, 0, fmt::format("the topic begins at {}: what stood before was deleted", first)));
}

// `what`: one of librdkafka's logical offsets. Not by rd_kafka_query_watermark_offsets(), which in
// librdkafka 2.0 waits for minutes, whatever its timeout, for a broker that is gone and led the
// partition. Whoever leads it now is known to the next try.
Result<Offset> Reader::ask(Partition partition, std::int64_t what) {
    const Client& client = *lanes_.front()->client;
    const std::string topic = options_.topics.of(partition.topic);
    const PartitionListHandle asked(rd_kafka_topic_partition_list_new(1));
    auto* answer = rd_kafka_topic_partition_list_add(asked.get(), topic.c_str(), partition.number);
    const auto deadline = Clock::now() + std::chrono::milliseconds(options_.answer_timeout_ms);
    for (auto patience = kFirstTry;; patience *= 2) {
        answer->offset = what;
        answer->err = RD_KAFKA_RESP_ERR_NO_ERROR;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        auto error = rd_kafka_offsets_for_times(
            client.get(), asked.get(),
            static_cast<int>(std::clamp(left, kPatience, patience).count()));
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = answer->err;
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return answer->offset;
        if (Clock::now() >= deadline)
            return std::unexpected(client.unreachable(fmt::format(
                "asking where {} ends, {}", partition.to_string(), rd_kafka_err2str(error))));
        // A partition that was just made, or has moved, is looked for at the wrong broker for a
        // moment.
        std::this_thread::sleep_for(kPatience);
    }
}

// ---- Reading ------------------------------------------------------------------------------------

Result<std::vector<StoredEntry>> Reader::read(Partition partition, Offset from,
                                              std::size_t entries_max, std::size_t bytes_max) {
    Cursor* cursor = nullptr;
    {
        const std::lock_guard lock(mutex_);
        cursor = find_at(partition, from);
    }
    if (cursor == nullptr) {
        SHOP_TRY(started, start(partition, from));
        cursor = started;
    }
    std::vector<StoredEntry> found;
    if (cursor == nullptr) return found;
    const Lease lease(*this, *cursor);
    const Offset end = known_end(partition);
    const auto deadline = Clock::now() + std::chrono::milliseconds(options_.answer_timeout_ms);
    std::size_t bytes = 0;
    for (;;) {
        for (; !cursor->ready.empty(); cursor->ready.pop_front()) {
            const rd_kafka_message_t& message = *cursor->ready.front();
            if (found.size() == entries_max) return found;
            if (!found.empty() && bytes + message.len > bytes_max) return found;
            bytes += message.len;
            found.push_back({message.offset,
                             std::string(static_cast<const char*>(message.payload), message.len)});
            cursor->next = message.offset + 1;
        }
        const bool is_behind = cursor->next < end && found.size() < entries_max;
        if (auto filled = fill(*cursor, is_behind ? kPatienceMs : 0); !filled) {
            cursor->stop();
            if (!found.empty() && filled.error().code == ErrorCode::kCorrupt) return found;
            return std::unexpected(filled.error());
        }
        if (!cursor->ready.empty()) continue;
        if (!is_behind) return found;
        if (Clock::now() < deadline) continue;
        cursor->stop();
        return std::unexpected(
            cursor->lane->client->unreachable("reading " + partition.to_string()));
    }
}

// Takes what librdkafka has fetched; waits for the first of it.
Status Reader::fill(Cursor& cursor, int timeout_ms) {
    std::array<rd_kafka_message_t*, kMessagesAtOnce> messages{};
    auto count =
        rd_kafka_consume_batch(cursor.topic, cursor.number(), 0, messages.data(), messages.size());
    if (count <= 0 && timeout_ms > 0) {
        messages[0] = rd_kafka_consume(cursor.topic, cursor.number(), timeout_ms);
        count = messages[0] != nullptr ? 1 : 0;
    }
    Status status;
    for (ssize_t i = 0; i < count; ++i) {
        Message message(messages[static_cast<std::size_t>(i)]);
        if (status) status = take(cursor, message.get());
        if (status && message->err == RD_KAFKA_RESP_ERR_NO_ERROR && message->offset >= cursor.next)
            cursor.ready.push_back(std::move(message));
    }
    return status;
}

// Whether a message can be used; errors of the connection mend themselves.
Status Reader::take(Cursor& cursor, rd_kafka_message_s* message) {
    switch (message->err) {
        case RD_KAFKA_RESP_ERR__BAD_MSG:
        case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            return std::unexpected(damaged(cursor.partition, std::max(cursor.next, message->offset),
                                           rd_kafka_message_errstr(message)));
        default:
            return {};
    }
}

Error Reader::damaged(Partition partition, Offset offset, std::string_view detail) const {
    return {
        ErrorCode::kCorrupt, "damaged-log",
        fmt::format("The Kafka log is damaged at or behind {} ({}). Restore the topic {} from a "
                    "backup, or from a copy on another broker.",
                    Position{partition, offset}.to_string(), detail,
                    options_.topics.of(partition.topic))};
}

}  // namespace shop::kafka
