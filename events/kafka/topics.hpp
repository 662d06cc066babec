// The topics of the log: their names, their settings, and whether they can be trusted with events.
#pragma once

#include <string>

#include "events/kafka/client.hpp"
#include "events/log.hpp"

namespace shop::kafka {

// "shop.catalog", "shop.commerce", "shop.clicks" of the prefix "shop".
struct TopicNames {
    std::string prefix = "shop";
    std::string of(Topic topic) const;
    std::string office() const { return prefix + ".office"; }
};

// Makes the topics that are missing, with `wanted` partitions, on three brokers each record on
// three of them; and looks at those that are there. The partitions that there are in the end.
//
// kConflict "unsafe-topic" for a topic that would lose events (compacted, short retention, unclean
// elections, …), with the command that mends it; kUnavailable if no broker answers.
Result<Partitions> prepare_topics(const Client& client, const TopicNames& names, Partitions wanted);

// The same of topics that are there. kUnavailable "no-log" if one is missing.
Result<Partitions> find_topics(const Client& client, const TopicNames& names);

// The same as prepare_topics() for the topic of announcements (kafka_announcements.hpp), which is
// compacted: it is unsafe if it is not, for it would grow for ever.
Status prepare_office_topic(const Client& client, const TopicNames& names, int partitions);

}  // namespace shop::kafka
