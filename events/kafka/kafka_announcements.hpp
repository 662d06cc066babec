// Announcements through a compacted topic, "shop.office", in which Kafka keeps the last word on
// each partition: the key is its name, the value the owner as JSON. It has one partition for each
// of the log that is decided (office_numbers), for the consumer group of kafka_membership.hpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/cluster/announcements.hpp"
#include "events/entry.hpp"
#include "events/kafka/client.hpp"
#include "events/kafka/topics.hpp"

namespace shop {

struct OfficeTopicOptions {
    std::string brokers;  // "host:port,host:port"
    kafka::TopicNames topics;
    kafka::Settings settings;  // librdkafka's, of the connection
    Partitions partitions;     // of the log
    int answer_timeout_ms = 10'000;
    bool prepares_topic = true;  // false for brokers that cannot be asked: it is there
    LogId log = {};              // what is announced of another one is none of this shop's
    // The brokers refuse something: told once for each reason, on a thread of its own.
    std::function<void(const Error&)> alarm = {};
};

// Those that are decided, in the order in which they stand for the topic's partitions.
std::vector<Partition> offices_of(const Partitions& partitions);

// Returns once everything that was announced before has been heard. kUnavailable "log-unreachable",
// kConflict "unsafe-topic".
Result<std::unique_ptr<Announcements>> open_kafka_announcements(OfficeTopicOptions options,
                                                                Announcements::Hear hear);

}  // namespace shop
