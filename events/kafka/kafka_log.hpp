// The log in Apache Kafka: many processes share it, and who may write is decided by the reader
// rules alone (events/reader_rules.hpp). Its topics are those of topics.hpp; the value of a message
// is the entry, its key the first event's stream, its headers are CloudEvents 1.0
// (cloud_event.hpp).
//
// An append is durable when the brokers say so with acks=all; what that is worth on a single broker
// is docs/operating.md. One that failed may still appear, later or twice. Lost connections mend
// themselves; an entry is tried for half a minute before its append is in doubt.
#pragma once

#include <memory>
#include <string>

#include "events/kafka/client.hpp"
#include "events/kafka/topics.hpp"
#include "events/log.hpp"

namespace shop {

namespace kafka {
enum class Topics {
    kMade,    // those that are missing, with the options' partitions
    kFound,   // all are there, or the log is not opened
    kAssumed  // brokers cannot be asked: the options' partitions hold
};
}

struct KafkaLogOptions {
    std::string brokers;  // "host:port,host:port"
    kafka::TopicNames topics;
    Partitions partitions;     // of a new log; an existing one has its own
    kafka::Settings settings;  // librdkafka's, of the connection: TLS, SASL
    int message_timeout_ms = 30'000;
    int answer_timeout_ms = 10'000;
    kafka::Topics topics_are = kafka::Topics::kMade;
};

class KafkaLog : public Log {
  public:
    // Errors: prepare_topics()'s or find_topics()', and Client::make()'s.
    static Result<std::unique_ptr<KafkaLog>> open(const KafkaLogOptions& options);
};

}  // namespace shop
