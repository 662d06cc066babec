#include "events/kafka/kafka_membership.hpp"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <string>
#include <thread>

#include "events/kafka/complaints.hpp"
#include "events/kafka/handles.hpp"

namespace shop {
namespace {

using kafka::Client;
using kafka::Settings;

constexpr int kPatienceMs = 100;
constexpr int kHeartbeatMs = 300;
// Brokers may wait three seconds for more members before they share out for the first time.
constexpr std::chrono::seconds kFirstShareMax(8);

Settings settings_of(const OfficeTopicOptions& options) {
    Settings settings = {{"group.id", options.topics.office()},
                         {"partition.assignment.strategy", "cooperative-sticky"},
                         {"session.timeout.ms", std::to_string(kSessionTimeoutMs)},
                         {"heartbeat.interval.ms", std::to_string(kHeartbeatMs)},
                         {"enable.auto.commit", "false"},
                         {"auto.offset.reset", "latest"}};
    settings.insert(settings.end(), options.settings.begin(), options.settings.end());
    return settings;
}

class KafkaMembership final : public Membership, kafka::RebalanceListener {
  public:
    explicit KafkaMembership(OfficeTopicOptions options)
        : options_(std::move(options)),
          offices_(offices_of(options_.partitions)),
          tell_(options_.alarm) {}
    ~KafkaMembership() override { quit(); }

    Status join(Listener& listener) override {
        listener_ = &listener;
        SHOP_TRY(client, Client::make(kafka::Role::kConsumer, options_.brokers,
                                      settings_of(options_), {.rebalance = this}));
        client_ = std::move(client);
        const kafka::PartitionListHandle topics(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(topics.get(), options_.topics.office().c_str(),
                                          RD_KAFKA_PARTITION_UA);
        // Callbacks of the client come by its consumer's queue, too.
        rd_kafka_poll_set_consumer(client_->get());
        if (rd_kafka_subscribe(client_->get(), topics.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
            return std::unexpected(client_->unreachable("joining the group of its processes"));
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
        return {};
    }

    void quit() override {
        thread_ = {};
        if (is_stuck_) (void)client_.release();
        client_.reset();
    }

  private:
    void run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const kafka::MessageHandle message(rd_kafka_consumer_poll(client_->get(), kPatienceMs));
            if (message != nullptr && message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
                tell_.of(rd_kafka_message_errstr(message.get()));
        }
        is_stuck_ = !await_first_share();
        if (!is_stuck_) rd_kafka_consumer_close(client_->get());  // revokes what is assigned
    }

    // librdkafka 2.0 ends the program (an assertion of its sticky assignor) when a member is
    // destroyed between the answer to its joining and its first share. False if that does not come:
    // then the client must never be destroyed, and the group misses it as it misses a process that
    // died.
    bool await_first_share() {
        const auto until = std::chrono::steady_clock::now() + kFirstShareMax;
        while (!has_share_ && is_member()) {
            if (std::chrono::steady_clock::now() >= until) return false;
            const kafka::MessageHandle message(rd_kafka_consumer_poll(client_->get(), kPatienceMs));
        }
        return true;
    }

    bool is_member() const {
        char* id = rd_kafka_memberid(client_->get());
        const bool is_one = id != nullptr && *id != '\0';
        if (id != nullptr) rd_kafka_mem_free(client_->get(), id);
        return is_one;
    }

    std::vector<Partition> partitions_in(const rd_kafka_topic_partition_list_t& list) const {
        std::vector<Partition> partitions;
        for (int i = 0; i < list.cnt; ++i)
            if (const auto n = static_cast<std::size_t>(list.elems[i].partition);
                n < offices_.size())
                partitions.push_back(offices_[n]);
        return partitions;
    }

    // On the thread that polls.
    void on_assign(const rd_kafka_topic_partition_list_t& list) override {
        has_share_ = true;
        listener_->take(partitions_in(list));
    }
    void on_revoke(const rd_kafka_topic_partition_list_t& list, bool is_lost) override {
        if (is_lost)
            listener_->lose(partitions_in(list));
        else
            listener_->leave(partitions_in(list));
    }

    const OfficeTopicOptions options_;
    const std::vector<Partition> offices_;
    kafka::Complaints tell_;  // of the thread that polls
    Listener* listener_ = nullptr;
    std::unique_ptr<Client> client_;
    bool has_share_ = false;  // of the thread that polls: something was shared out to it once
    bool is_stuck_ = false;   // once that thread has ended: it still waits for its first share
    std::jthread thread_;
};

}  // namespace

std::unique_ptr<Membership> make_kafka_membership(OfficeTopicOptions options) {
    return std::make_unique<KafkaMembership>(std::move(options));
}

}  // namespace shop
