#include "events/kafka/producer.hpp"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <array>

#include "core/base/assert.hpp"
#include "events/kafka/cloud_event.hpp"

namespace shop::kafka {
namespace {

constexpr int kPollMs = 100;
constexpr int kAnswerMs = 5'000;

// Idempotence keeps what one producer sends in order and single through retries; the reader rules
// do not rely on it. Entries of a group leave at once: the group itself was the waiting.
Settings settings_of(const ProducerOptions& options) {
    Settings settings = {{"enable.idempotence", "true"},
                         {"acks", "all"},
                         {"linger.ms", "0"},
                         {"queue.buffering.max.messages", "1000000"},
                         {"message.max.bytes", "1000000"},
                         {"message.timeout.ms", std::to_string(options.message_timeout_ms)}};
    settings.insert(settings.end(), options.settings.begin(), options.settings.end());
    return settings;
}

struct DestroyHeaders {
    void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
};
using Headers = std::unique_ptr<rd_kafka_headers_t, DestroyHeaders>;

// Not given one by one with the message: librdkafka 2.0 frees those twice when it refuses one.
Headers headers_of(const CloudEvent& event) {
    constexpr std::size_t kCount = 7;
    Headers headers(rd_kafka_headers_new(kCount));
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty())
            rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()),
                                value.data(), static_cast<ssize_t>(value.size()));
    };
    add("ce_specversion", "1.0");
    add("ce_id", event.id);
    add("ce_source", event.source);
    add("ce_type", event.type);
    add("ce_subject", event.subject);
    add("ce_time", event.time);
    add("content-type", "application/json");
    return headers;
}

rd_kafka_vu_t memory(rd_kafka_vtype_t type, std::string_view bytes) {
    rd_kafka_vu_t vu{};
    vu.vtype = type;
    // librdkafka copies it (RD_KAFKA_MSG_F_COPY) and takes no pointer to const.
    vu.u.mem.ptr =
        const_cast<char*>(bytes.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    vu.u.mem.size = bytes.size();
    return vu;
}

}  // namespace

struct Producer::Entry {
    Flight* flight = nullptr;
    Offset offset = -1;  // -1: not known to be there
};

// One batch of one append().
struct Producer::Flight {
    std::uint64_t ticket = 0;
    Partition partition;
    std::string topic;
    std::vector<Entry> entries;  // fixed once made: librdkafka holds their addresses
    std::size_t open = 0;        // entries without an outcome yet
    std::string why;             // of the first that failed
};

Producer::Producer(ProducerOptions options) : options_(std::move(options)) {}

Result<std::unique_ptr<Producer>> Producer::make(ProducerOptions options) {
    std::unique_ptr<Producer> producer(new Producer(std::move(options)));
    SHOP_TRY_STATUS(producer->start());
    return producer;
}

Producer::~Producer() {
    stop();
}

Status Producer::start() {
    SHOP_TRY(client, Client::make(Role::kProducer, options_.brokers, settings_of(options_),
                                  {.delivery = this}));
    client_ = std::move(client);
    poll_thread_ = std::jthread([client = client_.get()](const std::stop_token& stop) {
        while (!stop.stop_requested()) client->serve(kPollMs);
    });
    return {};
}

// What is still on its way is reported as in doubt, since nobody listens any more.
void Producer::stop() {
    poll_thread_ = {};
    if (client_ != nullptr) {
        rd_kafka_purge(client_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        client_->serve(0);
    }
    client_.reset();
}

void Producer::set_listener(Log::Listener listener) {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
}

// ---- Appending ----------------------------------------------------------------------------------

void Producer::append(std::uint64_t ticket, std::span<const AppendBatch> batches) {
    for (const AppendBatch& batch : batches) {
        if (batch.ends.empty()) continue;
        auto flight = std::make_unique<Flight>();
        flight->ticket = ticket;
        flight->partition = batch.partition;
        flight->topic = options_.topics.of(batch.partition.topic);
        flight->entries.assign(batch.ends.size(), Entry{.flight = flight.get()});
        flight->open = batch.ends.size();
        Flight& sent = *flight;
        {
            const std::lock_guard lock(mutex_);
            open_.emplace(&sent, std::move(flight));
        }
        send(sent, batch);
    }
}

void Producer::send(Flight& flight, const AppendBatch& batch) {
    const std::size_t count = batch.ends.size();
    for (std::size_t i = 0; i < count; ++i) {
        const int error = produce(flight.entries[i], batch.entry(i));
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        // What follows would not count without this one; it is not sent.
        const std::lock_guard lock(mutex_);
        flight.why = rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(error));
        return settle(flight, count - i);
    }
}

int Producer::produce(Entry& entry, std::string_view bytes) {
    const Flight& flight = *entry.flight;
    const CloudEvent event = cloud_event_of(flight.partition, options_.topics.prefix, bytes);
    Headers headers = headers_of(event);
    std::array<rd_kafka_vu_t, 7> message{};
    message[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    message[0].u.cstr = flight.topic.c_str();
    message[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    message[1].u.i32 = flight.partition.number;
    message[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    message[2].u.i = RD_KAFKA_MSG_F_COPY;
    message[3].vtype = RD_KAFKA_VTYPE_OPAQUE;
    message[3].u.ptr = &entry;
    message[4].vtype = RD_KAFKA_VTYPE_HEADERS;
    message[4].u.headers = headers.get();
    message[5] = memory(RD_KAFKA_VTYPE_VALUE, bytes);
    message[6] = memory(RD_KAFKA_VTYPE_KEY, event.subject);
    rd_kafka_error_t* error =
        rd_kafka_produceva(client_->get(), message.data(), event.subject.empty() ? 6 : 7);
    if (error == nullptr) {
        (void)headers.release();  // the message's now
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return code;
}

// ---- What became of it --------------------------------------------------------------------------

void Producer::on_delivery(const rd_kafka_message_t& message) {
    auto& entry = *static_cast<Entry*>(message._private);
    const std::lock_guard lock(mutex_);
    Flight& flight = *entry.flight;
    // A report without an error may lack the offset: then where it stands is not known.
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR && message.offset >= 0)
        entry.offset = message.offset;
    else if (flight.why.empty())
        flight.why = rd_kafka_err2str(message.err);
    settle(flight, 1);
}

// Under the lock.
void Producer::settle(Flight& flight, std::size_t entries) {
    SHOP_ASSERT(flight.open >= entries);
    flight.open -= entries;
    if (flight.open > 0) return;
    report(flight);
    open_.erase(&flight);
    if (open_.empty()) landed_.notify_all();
}

// One report for each run of entries that stand side by side, or are in doubt together.
void Producer::report(const Flight& flight) {
    std::vector<AppendReport> reports;
    for (std::size_t i = 0; i < flight.entries.size(); ++i) {
        const Offset offset = flight.entries[i].offset;
        if (!reports.empty()) {
            AppendReport& last = reports.back();
            const Offset next = last.offset ? *last.offset + static_cast<Offset>(last.count) : -1;
            if (offset == next) {
                ++last.count;
                continue;
            }
        }
        AppendReport& added = reports.emplace_back(
            AppendReport{flight.partition, flight.ticket, i, 1, Result<Offset>(offset)});
        if (offset < 0)
            added.offset = std::unexpected(client_->unreachable(
                fmt::format("appending to {}, {}", flight.partition.to_string(), flight.why)));
    }
    if (listener_) listener_(reports);
}

void Producer::flush() {
    std::unique_lock lock(mutex_);
    landed_.wait(lock, [this] { return open_.empty(); });
}

// ---- After a failure ----------------------------------------------------------------------------

Status Producer::recover() {
    std::array<char, 512> why{};
    // Without a client if the last try could not make one.
    if (client_ == nullptr || rd_kafka_fatal_error(client_->get(), why.data(), why.size()) !=
                                  RD_KAFKA_RESP_ERR_NO_ERROR) {
        stop();
        SHOP_TRY_STATUS(start());
    }
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto error = rd_kafka_metadata(client_->get(), 0, nullptr, &metadata, kAnswerMs);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::unexpected(client_->unreachable("asking for its topics"));
    rd_kafka_metadata_destroy(metadata);
    return {};
}

}  // namespace shop::kafka
