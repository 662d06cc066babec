// Appends to a Kafka topic: one idempotent producer with acks=all, explicit partitions, one thread
// that takes what became of each entry.
//
// An error report means *in doubt*: the entry may be in the log, or come to be there later.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>

#include "events/kafka/client.hpp"
#include "events/kafka/topics.hpp"
#include "events/log.hpp"

namespace shop::kafka {

struct ProducerOptions {
    std::string brokers;
    TopicNames topics;
    Settings settings;  // further ones, of the connection
    // How long an entry is tried. Short ones only make doubt; whoever waits is answered earlier.
    int message_timeout_ms = 30'000;
};

class Producer final : DeliveryListener {
  public:
    static Result<std::unique_ptr<Producer>> make(ProducerOptions options);
    ~Producer();

    // As the port says (events/log.hpp). The listener must not call the producer.
    void set_listener(Log::Listener listener);
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches);
    void flush();

    // Starts anew if librdkafka has given up for good; then asks the brokers whether they answer.
    Status recover();

    const Client& client() const { return *client_; }

  private:
    struct Flight;
    struct Entry;

    explicit Producer(ProducerOptions options);
    Status start();
    void stop();
    void on_delivery(const rd_kafka_message_s& message) override;
    void send(Flight& flight, const AppendBatch& batch);
    int produce(Entry& entry, std::string_view bytes);
    void settle(Flight& flight, std::size_t entries);
    void report(const Flight& flight);

    const ProducerOptions options_;
    std::unique_ptr<Client> client_;
    std::jthread poll_thread_;

    std::mutex mutex_;
    std::condition_variable landed_;
    Log::Listener listener_;                                           // guarded by mutex_
    std::unordered_map<const Flight*, std::unique_ptr<Flight>> open_;  // guarded by mutex_
};

}  // namespace shop::kafka
