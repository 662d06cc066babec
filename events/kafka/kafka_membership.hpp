// Membership by a Kafka consumer group, "shop.office", over the topic of announcements
// (kafka_announcements.hpp): whoever is assigned its partition n is asked to serve the n-th of the
// log. Cooperative, so that a process that comes or goes stops only what moves.
#pragma once

#include <memory>

#include "events/cluster/membership.hpp"
#include "events/kafka/kafka_announcements.hpp"

namespace shop {

// Whoever is silent for this long is out of the group: the least that brokers allow by default.
inline constexpr int kSessionTimeoutMs = 6'000;

// The topic is there. join(): kUnavailable "log-unreachable", kInvalid "kafka-setting".
std::unique_ptr<Membership> make_kafka_membership(OfficeTopicOptions options);

}  // namespace shop
