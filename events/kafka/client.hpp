// A client of librdkafka, kept apart from its heavy header: settings in, our errors out.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"

// librdkafka's rd_kafka_t, rd_kafka_topic_t and rd_kafka_message_t, by its own names.
// NOLINTBEGIN(readability-identifier-naming)
struct rd_kafka_s;
struct rd_kafka_topic_s;
struct rd_kafka_message_s;
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

// Thread-safe where librdkafka is. Neither copied nor moved: librdkafka calls back into it.
class Client {
  public:
    // kInvalid "kafka-setting" for a setting that librdkafka does not know or take, or that is
    // there twice: whoever is asked for further ones cannot undo those before. The message names
    // the setting, never its value, which may be a secret. Reaches no broker yet. `listener`
    // is for producers and must outlive the client.
    static Result<std::unique_ptr<Client>> make(Role role, const std::string& brokers,
                                                const Settings& settings,
                                                DeliveryListener* listener = nullptr);
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

    Client(std::string brokers, DeliveryListener* listener)
        : brokers_(std::move(brokers)), listener_(listener) {}

    const std::string brokers_;
    DeliveryListener* const listener_;
    rd_kafka_s* handle_ = nullptr;

    mutable std::mutex mutex_;
    std::string complaint_;  // guarded by mutex_; the last one
};

}  // namespace shop::kafka
