// A client of librdkafka, kept apart from its heavy header: settings in, our errors out.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"

// librdkafka's rd_kafka_t, rd_kafka_topic_t, …, by its own names.
// NOLINTBEGIN(readability-identifier-naming)
struct rd_kafka_s;
struct rd_kafka_topic_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;
// NOLINTEND(readability-identifier-naming)

namespace shop::kafka {

// librdkafka's own names: {"linger.ms", "0"}.
using Settings = std::vector<std::pair<std::string, std::string>>;

enum class Role { kProducer, kConsumer };

// What becomes of each produced message; called by serve().
class DeliveryListener {
  public:
    virtual void on_delivery(const rd_kafka_message_s& message) = 0;

  protected:
    ~DeliveryListener() = default;
};

// What a group of consumers gives to this one, and takes away; called by whoever polls it.
class RebalanceListener {
  public:
    virtual void on_assign(const rd_kafka_topic_partition_list_s& partitions) = 0;
    // Lost: somebody else may have them already.
    virtual void on_revoke(const rd_kafka_topic_partition_list_s& partitions, bool is_lost) = 0;

  protected:
    ~RebalanceListener() = default;
};

// Outlive the client.
struct Listeners {
    DeliveryListener* delivery = nullptr;    // of producers
    RebalanceListener* rebalance = nullptr;  // of consumers in a group
};

// Thread-safe where librdkafka is. Neither copied nor moved: librdkafka calls back into it.
class Client {
  public:
    // kInvalid "kafka-setting" for a setting that librdkafka does not know or take, or that is
    // there twice: whoever is asked for further ones cannot undo those before. The message names
    // the setting, never its value, which may be a secret. Reaches no broker yet.
    static Result<std::unique_ptr<Client>> make(Role role, const std::string& brokers,
                                                const Settings& settings, Listeners listeners = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    rd_kafka_s* get() const { return handle_; }

    // Runs callbacks for up to `timeout_ms`.
    void serve(int timeout_ms) const;

    // kUnavailable "log-unreachable": what was tried ("reading commerce-3"), the brokers, and what
    // the client last complained of.
    Error unreachable(std::string_view tried) const;

  private:
    struct Callbacks;

    Client(std::string brokers, Listeners listeners)
        : brokers_(std::move(brokers)), listeners_(listeners) {}

    const std::string brokers_;
    const Listeners listeners_;
    rd_kafka_s* handle_ = nullptr;

    mutable std::mutex mutex_;
    std::string complaint_;  // guarded by mutex_; the last one
};

}  // namespace shop::kafka
