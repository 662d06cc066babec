#include "tests/support/mock_kafka.hpp"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <catch2/catch.hpp>
#include <vector>

namespace shop::tests {
namespace {

// API keys: https://kafka.apache.org/protocol#protocol_api_keys
constexpr std::int16_t kProduce = 0;
constexpr std::int16_t kFetch = 1;
constexpr std::int16_t kListOffsets = 2;
constexpr std::int16_t kSyncGroup = 14;
constexpr int kLostMs = 60'000;

}  // namespace

struct MockKafka::Cluster {
    int brokers;
    rd_kafka_t* client;
    rd_kafka_mock_cluster_t* mock;

    explicit Cluster(int count) : brokers(count) {
        std::array<char, 512> why{};
        rd_kafka_conf_t* quiet = rd_kafka_conf_new();
        rd_kafka_conf_set(quiet, "log_level", "0", why.data(), why.size());
        client = rd_kafka_new(RD_KAFKA_PRODUCER, quiet, why.data(), why.size());
        REQUIRE(client != nullptr);
        mock = rd_kafka_mock_cluster_new(client, count);
        REQUIRE(mock != nullptr);
    }
    ~Cluster() {
        rd_kafka_mock_cluster_destroy(mock);
        rd_kafka_destroy(client);
    }
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    void fail(int requests, rd_kafka_resp_err_t error, std::int16_t api = kProduce) {
        const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(requests), error);
        rd_kafka_mock_push_request_errors_array(mock, api, errors.size(), errors.data());
    }
};

MockKafka::MockKafka(int brokers, const Partitions& partitions)
    : partitions_(partitions), cluster_(std::make_unique<Cluster>(brokers)) {
    const kafka::TopicNames names;
    const auto make = [&](const std::string& name, int count) {
        REQUIRE(rd_kafka_mock_topic_create(cluster_->mock, name.c_str(), count, brokers) ==
                RD_KAFKA_RESP_ERR_NO_ERROR);
    };
    make(names.of(Topic::kCatalog), partitions.catalog);
    make(names.of(Topic::kCommerce), partitions.commerce);
    make(names.of(Topic::kClicks), partitions.clicks);
    make(names.office(), partitions.catalog + partitions.commerce);
}

MockKafka::~MockKafka() = default;

KafkaLogOptions MockKafka::options() const {
    return {.brokers = rd_kafka_mock_cluster_bootstraps(cluster_->mock),
            .topics = {},
            .partitions = partitions_,
            .settings = {},
            .message_timeout_ms = 1'500,
            .answer_timeout_ms = 5'000,
            .topics_are = kafka::Topics::kAssumed};
}

void MockKafka::refuse_appends(int requests) {
    cluster_->fail(requests, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
}

void MockKafka::delay_appends(int requests) {
    cluster_->fail(requests, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
}

void MockKafka::lose_answers(bool lost) {
    for (int broker = 1; broker <= cluster_->brokers; ++broker)
        rd_kafka_mock_broker_set_rtt(cluster_->mock, broker, lost ? kLostMs : 0);
}

void MockKafka::break_off_appends(int requests) {
    cluster_->fail(requests, RD_KAFKA_RESP_ERR__TRANSPORT);
}

void MockKafka::send_readers_away(int requests) {
    cluster_->fail(requests, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, kFetch);
    cluster_->fail(requests, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, kListOffsets);
}

void MockKafka::refuse_shares(int requests) {
    cluster_->fail(requests, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, kSyncGroup);
}

void MockKafka::slow_down(int broker, int ms) {
    rd_kafka_mock_broker_set_rtt(cluster_->mock, broker, ms);
}

void MockKafka::set_down(int broker, bool is_down) {
    if (is_down)
        rd_kafka_mock_broker_set_down(cluster_->mock, broker);
    else
        rd_kafka_mock_broker_set_up(cluster_->mock, broker);
}

void MockKafka::move_leaders(Topic topic, int broker) {
    const std::string name = kafka::TopicNames().of(topic);
    for (const Partition& partition : partitions_.all())
        if (partition.topic == topic)
            rd_kafka_mock_partition_set_leader(cluster_->mock, name.c_str(), partition.number,
                                               broker);
}

}  // namespace shop::tests
