#include "events/kafka/kafka_announcements.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "events/kafka/complaints.hpp"
#include "events/kafka/handles.hpp"

namespace shop {
namespace {

using kafka::Client;
using kafka::Role;
using kafka::Settings;

constexpr int kPatienceMs = 50;

// A message.
struct Announced {
    LogId log;
    Owner owner;
    bool operator==(const Announced&) const = default;
};
SHOP_DESCRIBE(Announced, log, owner)

Settings with(Settings own, const Settings& further) {
    own.insert(own.end(), further.begin(), further.end());
    return own;
}

Result<std::unique_ptr<Client>> make_reader(const OfficeTopicOptions& options) {
    return Client::make(Role::kConsumer, options.brokers,
                        with({{"enable.partition.eof", "true"},
                              {"enable.auto.commit", "false"},
                              {"auto.offset.reset", "earliest"},
                              {"fetch.wait.max.ms", "20"},
                              {"fetch.error.backoff.ms", "50"}},
                             options.settings));
}

// Loss is made good by the next announcement, so it does not wait long and is not kept long.
Result<std::unique_ptr<Client>> make_writer(const OfficeTopicOptions& options) {
    return Client::make(Role::kProducer, options.brokers,
                        with({{"acks", "1"},
                              {"linger.ms", "0"},
                              {"message.timeout.ms", "5000"},
                              {"queue.buffering.max.messages", "1000"}},
                             options.settings));
}

class KafkaAnnouncements final : public Announcements {
  public:
    KafkaAnnouncements(const OfficeTopicOptions& options, std::unique_ptr<Client> reader,
                       std::unique_ptr<Client> writer, Hear hear)
        : log_(options.log),
          offices_(offices_of(options.partitions)),
          hear_(std::move(hear)),
          tell_(options.alarm),
          reader_(std::move(reader)),
          writer_(std::move(writer)),
          queue_(rd_kafka_queue_new(reader_->get())),
          read_(rd_kafka_topic_new(reader_->get(), options.topics.office().c_str(), nullptr)),
          written_(rd_kafka_topic_new(writer_->get(), options.topics.office().c_str(), nullptr)) {
        for (std::int32_t n = 0; n < std::ssize(offices_); ++n)
            rd_kafka_consume_start_queue(read_.get(), n, RD_KAFKA_OFFSET_BEGINNING, queue_.get());
    }

    ~KafkaAnnouncements() override {
        thread_ = {};  // stops and joins
        for (std::int32_t n = 0; n < std::ssize(offices_); ++n)
            rd_kafka_consume_stop(read_.get(), n);
    }

    // To the end of what is there now; false if that does not come to pass in time.
    bool catch_up(std::chrono::milliseconds patience) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (ended_.size() < offices_.size()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            step();
        }
        return true;
    }

    void start() {
        thread_ = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) step();
        });
    }

    void announce(const Owner& owner) override {
        const auto at = std::ranges::find(offices_, owner.partition);
        if (at == offices_.end()) return;
        const std::string key = owner.partition.to_string();
        std::string value = json::to_json(Announced{log_, owner}, json::Defaults::kWrite);
        rd_kafka_produce(written_.get(), static_cast<std::int32_t>(at - offices_.begin()),
                         RD_KAFKA_MSG_F_COPY, value.data(), value.size(), key.data(), key.size(),
                         nullptr);
    }

    Error unreachable() const { return reader_->unreachable("reading who is in office"); }

  private:
    void step() {
        writer_->serve(0);
        reader_->serve(0);
        const kafka::MessageHandle message(rd_kafka_consume_queue(queue_.get(), kPatienceMs));
        if (message == nullptr) return;
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            ended_.insert(message->partition);
        else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
            tell_.of(rd_kafka_message_errstr(message.get()));
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || message->payload == nullptr) return;
        const std::string_view text(static_cast<const char*>(message->payload), message->len);
        // Another program's words, or a later version's, are none for this one.
        const auto announced = json::from_json<Announced>(text, json::Missing::kIsDefault);
        if (announced && announced->log == log_) hear_(announced->owner);
    }

    const LogId log_;
    const std::vector<Partition> offices_;
    const Hear hear_;
    kafka::Complaints tell_;  // of the thread that reads
    const std::unique_ptr<Client> reader_;
    const std::unique_ptr<Client> writer_;
    const kafka::QueueHandle queue_;  // after its client: it ends first, as do topics
    const kafka::TopicHandle read_;
    const kafka::TopicHandle written_;
    std::set<std::int32_t> ended_;  // read to their end; of whoever calls step()
    std::jthread thread_;
};

}  // namespace

std::vector<Partition> offices_of(const Partitions& partitions) {
    std::vector<Partition> offices;
    for (const Partition& partition : partitions.all())
        if (partition.topic != Topic::kClicks) offices.push_back(partition);
    return offices;
}

Result<std::unique_ptr<Announcements>> open_kafka_announcements(OfficeTopicOptions options,
                                                                Announcements::Hear hear) {
    SHOP_TRY(reader, make_reader(options));
    SHOP_TRY(writer, make_writer(options));
    if (options.prepares_topic)
        SHOP_TRY_STATUS(kafka::prepare_office_topic(
            *writer, options.topics, static_cast<int>(offices_of(options.partitions).size())));
    auto made = std::make_unique<KafkaAnnouncements>(options, std::move(reader), std::move(writer),
                                                     std::move(hear));
    if (!made->catch_up(std::chrono::milliseconds(options.answer_timeout_ms)))
        return std::unexpected(made->unreachable());
    made->start();
    return made;
}

}  // namespace shop
