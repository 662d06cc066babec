#include "events/kafka/topics.hpp"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <optional>
#include <thread>

#include "events/kafka/handles.hpp"

namespace shop::kafka {
namespace {

constexpr int kAnswerMs = 10'000;
constexpr auto kBetweenLooks = std::chrono::milliseconds(50);
constexpr int kMessageBytes = 1'000'000;  // a record of 900,000 and its headers
constexpr int kCopies = 3;                // of each record, if there are as many brokers
constexpr int kCopiesInTime = 2;          // that must have it before it counts as durable
constexpr std::array<Topic, 3> kTopics = {Topic::kCatalog, Topic::kCommerce, Topic::kClicks};

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;
using Resource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Destroy<rd_kafka_ConfigResource_destroy>>;

std::uint16_t& count_of(Partitions& partitions, Topic topic) {
    switch (topic) {
        case Topic::kCatalog:
            return partitions.catalog;
        case Topic::kCommerce:
            return partitions.commerce;
        case Topic::kClicks:
            return partitions.clicks;
    }
    return partitions.commerce;
}

using TopicSettings = std::map<std::string, std::string>;

// What a topic must be set to so that no event is ever lost. With fewer brokers than copies the
// last one cannot be asked for.
TopicSettings settings_for(int copies) {
    return {{"cleanup.policy", "delete"},
            {"retention.ms", "-1"},
            {"retention.bytes", "-1"},
            {"unclean.leader.election.enable", "false"},
            {"max.message.bytes", std::to_string(kMessageBytes)},
            {"min.insync.replicas", std::to_string(copies >= kCopies ? kCopiesInTime : 1)}};
}

// Of the last announcement of each office no copy may be lost; of earlier ones all.
TopicSettings office_settings() {
    return {{"cleanup.policy", "compact"}, {"unclean.leader.election.enable", "false"}};
}

// More than is needed does no harm.
bool is_at_least(std::string_view setting) {
    return setting == "min.insync.replicas" || setting == "max.message.bytes";
}

std::int64_t number_of(const std::string& text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

struct Cluster {
    int brokers = 0;
    std::map<std::string, std::uint16_t> partitions = {};  // by topic
    std::map<std::string, int> copies = {};
};

// Asks for all topics: asking for one by name may make it.
Result<Cluster> look_at(const Client& client) {
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(client.get(), 1, nullptr, &metadata, kAnswerMs) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::unexpected(client.unreachable("asking for its topics"));
    Cluster cluster;
    cluster.brokers = metadata->broker_cnt;
    for (int i = 0; i < metadata->topic_cnt; ++i) {
        const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
        if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR || topic.partition_cnt == 0) continue;
        cluster.partitions[topic.topic] = static_cast<std::uint16_t>(topic.partition_cnt);
        int copies = topic.partitions[0].replica_cnt;
        for (int p = 1; p < topic.partition_cnt; ++p)
            copies = std::min(copies, topic.partitions[p].replica_cnt);
        cluster.copies[topic.topic] = copies;
    }
    rd_kafka_metadata_destroy(metadata);
    return cluster;
}

Error not_there(const std::string& topic) {
    return {ErrorCode::kUnavailable, "log-unreachable",
            fmt::format("Topic {} has been made and does not come to be. Look at the brokers' "
                        "logs.",
                        topic)};
}

// Brokers hear of a new topic one after another.
Result<Cluster> wait_for_topics(const Client& client, const std::vector<std::string>& names) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kAnswerMs);
    for (;;) {
        SHOP_TRY(cluster, look_at(client));
        const auto missing = std::ranges::find_if(
            names, [&](const std::string& name) { return !cluster.partitions.contains(name); });
        if (missing == names.end()) return std::move(cluster);
        if (std::chrono::steady_clock::now() > deadline)
            return std::unexpected(not_there(*missing));
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

// The answer to an admin request put on `queue`.
Result<EventHandle> wait_for(const Client& client, rd_kafka_queue_t* queue, std::string_view what) {
    EventHandle event(rd_kafka_queue_poll(queue, 2 * kAnswerMs));
    if (event == nullptr) return std::unexpected(client.unreachable(what));
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(ErrorCode::kUnavailable, "log-unreachable",
                    fmt::format("The Kafka log refused {}: {}.", what,
                                rd_kafka_event_error_string(event.get())));
    return event;
}

Status make_topic(const Client& client, const std::string& name, int partitions, int copies,
                  const TopicSettings& settings) {
    std::array<char, 512> why{};
    NewTopic topic(rd_kafka_NewTopic_new(name.c_str(), partitions, copies, why.data(), why.size()));
    if (topic == nullptr)
        return fail(ErrorCode::kInvalid, "kafka-topic",
                    fmt::format("A topic {} cannot be made: {}.", name, why.data()));
    for (const auto& [key, value] : settings)
        rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
    const QueueHandle queue(rd_kafka_queue_new(client.get()));
    rd_kafka_NewTopic_t* topics[] = {topic.get()};
    rd_kafka_CreateTopics(client.get(), topics, 1, nullptr, queue.get());
    SHOP_TRY(event, wait_for(client, queue.get(), fmt::format("making topic {}", name)));
    std::size_t count = 0;
    const auto* const results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count);
    const auto error = rd_kafka_topic_result_error(results[0]);
    // Another process of this shop may start at the same time.
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return {};
    return fail(ErrorCode::kUnavailable, "kafka-topic",
                fmt::format("Topic {} cannot be made: {}. Make it by hand with {} partitions, or "
                            "give the shop's user the right to.",
                            name, rd_kafka_topic_result_error_string(results[0]), partitions));
}

// Nothing: the broker that was asked has not heard of the topic yet.
Result<std::optional<TopicSettings>> ask_settings(const Client& client, const std::string& name) {
    const Resource asked(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    const QueueHandle queue(rd_kafka_queue_new(client.get()));
    rd_kafka_ConfigResource_t* resources[] = {asked.get()};
    rd_kafka_DescribeConfigs(client.get(), resources, 1, nullptr, queue.get());
    SHOP_TRY(event, wait_for(client, queue.get(), fmt::format("the settings of topic {}", name)));
    std::size_t count = 0;
    const auto* const answered = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event.get()), &count);
    const auto error = count != 1 ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
                                  : rd_kafka_ConfigResource_error(answered[0]);
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return std::nullopt;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(ErrorCode::kUnavailable, "log-unreachable",
                    fmt::format("The settings of topic {} cannot be read ({}). Give the shop's "
                                "user the right DescribeConfigs on it.",
                                name, rd_kafka_err2str(error)));
    std::size_t entries = 0;
    const auto* const configs = rd_kafka_ConfigResource_configs(answered[0], &entries);
    TopicSettings settings;
    for (std::size_t i = 0; i < entries; ++i)
        if (const char* value = rd_kafka_ConfigEntry_value(configs[i]); value != nullptr)
            settings[rd_kafka_ConfigEntry_name(configs[i])] = value;
    return settings;
}

// Of a topic that is there; whoever is asked now may hear of it later than whoever made it.
Result<TopicSettings> settings_of(const Client& client, const std::string& name) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kAnswerMs);
    for (;;) {
        SHOP_TRY(settings, ask_settings(client, name));
        if (settings) return std::move(*settings);
        if (std::chrono::steady_clock::now() > deadline) return std::unexpected(not_there(name));
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

// `danger`: what the topic would do else.
Status require_safe(const Client& client, const std::string& name, const TopicSettings& needed,
                    std::string_view danger) {
    SHOP_TRY(settings, settings_of(client, name));
    std::string wrong;
    std::string mend;
    for (const auto& [key, value] : needed) {
        if (settings[key] == value) continue;
        if (is_at_least(key) && number_of(settings[key]) >= number_of(value)) continue;
        wrong += fmt::format("{}{}={}", wrong.empty() ? "" : ", ", key, settings[key]);
        mend += fmt::format("{}{}={}", mend.empty() ? "" : ",", key, value);
    }
    if (wrong.empty()) return {};
    return fail(ErrorCode::kConflict, "unsafe-topic",
                fmt::format("Topic {} would {} ({}). Mend it: kafka-configs.sh "
                            "--bootstrap-server … --alter --entity-type topics --entity-name {} "
                            "--add-config {}",
                            name, danger, wrong, name, mend));
}

}  // namespace

std::string TopicNames::of(Topic topic) const {
    const std::string partition = Partition{topic, 0}.to_string();
    return prefix + "." + partition.substr(0, partition.find('-'));
}

namespace {

std::vector<std::string> names_of_log(const TopicNames& names) {
    return {names.of(Topic::kCatalog), names.of(Topic::kCommerce), names.of(Topic::kClicks)};
}

Result<Partitions> require_safe_log(const Client& client, const TopicNames& names,
                                    Cluster cluster) {
    Partitions partitions;
    for (const Topic topic : kTopics) {
        const std::string name = names.of(topic);
        count_of(partitions, topic) = cluster.partitions[name];
        SHOP_TRY_STATUS(
            require_safe(client, name, settings_for(cluster.copies[name]), "lose events"));
    }
    return partitions;
}

}  // namespace

Result<Partitions> prepare_topics(const Client& client, const TopicNames& names,
                                  Partitions wanted) {
    SHOP_TRY(before, look_at(client));
    const int copies = std::min(kCopies, std::max(1, before.brokers));
    for (const Topic topic : kTopics)
        if (!before.partitions.contains(names.of(topic)))
            SHOP_TRY_STATUS(make_topic(client, names.of(topic), count_of(wanted, topic), copies,
                                       settings_for(copies)));
    SHOP_TRY(cluster, wait_for_topics(client, names_of_log(names)));
    return require_safe_log(client, names, std::move(cluster));
}

Result<Partitions> find_topics(const Client& client, const TopicNames& names) {
    SHOP_TRY(cluster, look_at(client));
    for (const std::string& name : names_of_log(names))
        if (!cluster.partitions.contains(name))
            return fail(ErrorCode::kUnavailable, "no-log",
                        fmt::format("There is no topic {}: no shop has begun there yet.", name));
    return require_safe_log(client, names, std::move(cluster));
}

Status prepare_office_topic(const Client& client, const TopicNames& names, int partitions) {
    const std::string name = names.office();
    SHOP_TRY(before, look_at(client));
    const int copies = std::min(kCopies, std::max(1, before.brokers));
    if (!before.partitions.contains(name))
        SHOP_TRY_STATUS(make_topic(client, name, partitions, copies, office_settings()));
    SHOP_TRY(cluster, wait_for_topics(client, {name}));
    if (cluster.partitions[name] != partitions)
        return fail(ErrorCode::kConflict, "unsafe-topic",
                    fmt::format("Topic {} has {} partitions, and the log has {} that are decided. "
                                "Delete it, with the shop stopped: it holds nothing but hints.",
                                name, cluster.partitions[name], partitions));
    return require_safe(client, name, office_settings(), "grow for ever");
}

}  // namespace shop::kafka
