// A Kafka cluster inside the test's process: librdkafka's own mock, which speaks the protocol over
// real sockets and fails on demand. It keeps some megabytes of entries and knows no administration.
#pragma once

#include <memory>
#include <string>

#include "events/kafka/kafka_log.hpp"
#include "events/log.hpp"

namespace shop::tests {

class MockKafka {
  public:
    // With the topics of the prefix "shop".
    MockKafka(int brokers, const Partitions& partitions);
    ~MockKafka();
    MockKafka(const MockKafka&) = delete;
    MockKafka& operator=(const MockKafka&) = delete;

    // To open a log of it, impatient, so that what fails does so within a second or two.
    KafkaLogOptions options() const;

    // The next `requests` to append are refused for good; none of their entries lands.
    void refuse_appends(int requests);
    // The next `requests` to append are refused for a moment.
    void delay_appends(int requests);
    // Whether the brokers' answers come; what they are asked to they do all the same.
    void lose_answers(bool lost);

    // The next `requests` to append end their connection; none of their entries lands.
    void break_off_appends(int requests);
    // The next `requests` to read, or for where a partition ends, are told to ask elsewhere.
    void send_readers_away(int requests);
    // The next `requests` of members of a group for their share are refused for a moment.
    void refuse_shares(int requests);
    // Brokers count from 1. How long each answer takes; what was slow stays so to its end.
    void slow_down(int broker, int ms);
    // One that is down has lost its connections, and with them the answers that were to come.
    void set_down(int broker, bool is_down);
    // Each partition of the topic has another leader from now on.
    void move_leaders(Topic topic, int broker);

  private:
    struct Cluster;
    const Partitions partitions_;
    const std::unique_ptr<Cluster> cluster_;
};

}  // namespace shop::tests
