#include "events/kafka/client.hpp"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <set>

namespace shop::kafka {
namespace {

struct DestroyConf {
    void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, DestroyConf>;

// A broker that comes back is found soon; a complaint is kept, not printed (it goes into errors).
const Settings kAlways = {{"client.id", "shopverse"},
                          {"log_level", "3"},
                          {"reconnect.backoff.ms", "20"},
                          {"reconnect.backoff.max.ms", "500"},
                          {"topic.metadata.refresh.fast.interval.ms", "50"},
                          {"socket.nagle.disable", "true"},
                          {"socket.keepalive.enable", "true"}};

Status set_all(rd_kafka_conf_t* conf, const Settings& settings) {
    for (const auto& [name, value] : settings) {
        std::array<char, 512> why{};
        const auto done =
            rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size());
        if (done == RD_KAFKA_CONF_UNKNOWN)
            return fail(
                ErrorCode::kInvalid, "kafka-setting",
                fmt::format("librdkafka has no setting {}; see its CONFIGURATION.md.", name));
        if (done != RD_KAFKA_CONF_OK)
            return fail(ErrorCode::kInvalid, "kafka-setting",
                        fmt::format("librdkafka does not take this value for {}; see its "
                                    "CONFIGURATION.md.",
                                    name));
    }
    return {};
}

// The shop's own settings stand first. Some of them are what a promise rests on, such as acks.
Status require_no_contradiction(const Settings& settings) {
    std::set<std::string_view> seen = {"bootstrap.servers", "metadata.broker.list"};
    for (const auto& [name, value] : settings)
        if (!seen.insert(name).second)
            return fail(ErrorCode::kInvalid, "kafka-setting",
                        fmt::format("The shop itself sets {}; take it out.", name));
    return {};
}

}  // namespace

struct Client::Callbacks {
    static Client& of(void* opaque) { return *static_cast<Client*>(opaque); }

    static void delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
        of(opaque).listeners_.delivery->on_delivery(*message);
    }
    // What moves is given or taken before the group hears that it is.
    static void rebalance(rd_kafka_t* handle, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t* partitions, void* opaque) {
        RebalanceListener& listener = *of(opaque).listeners_.rebalance;
        if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
            rd_kafka_error_destroy(rd_kafka_incremental_assign(handle, partitions));
            listener.on_assign(*partitions);
            return;
        }
        listener.on_revoke(*partitions, rd_kafka_assignment_lost(handle) != 0);
        rd_kafka_error_destroy(rd_kafka_incremental_unassign(handle, partitions));
    }
    static void error(rd_kafka_t*, int, const char* reason, void* opaque) {
        keep(of(opaque), reason);
    }
    static void log(const rd_kafka_t* handle, int, const char*, const char* text) {
        keep(of(rd_kafka_opaque(handle)), text);
    }
    static void keep(Client& client, const char* text) {
        const std::lock_guard lock(client.mutex_);
        client.complaint_ = text;
    }
};

Result<std::unique_ptr<Client>> Client::make(Role role, const std::string& brokers,
                                             const Settings& settings, Listeners listeners) {
    SHOP_TRY_STATUS(require_no_contradiction(settings));
    std::unique_ptr<Client> client(new Client(brokers, listeners));
    Conf conf(rd_kafka_conf_new());
    SHOP_TRY_STATUS(set_all(conf.get(), kAlways));
    SHOP_TRY_STATUS(set_all(conf.get(), {{"bootstrap.servers", brokers}}));
    SHOP_TRY_STATUS(set_all(conf.get(), settings));
    rd_kafka_conf_set_opaque(conf.get(), client.get());
    rd_kafka_conf_set_error_cb(conf.get(), &Callbacks::error);
    rd_kafka_conf_set_log_cb(conf.get(), &Callbacks::log);
    if (listeners.delivery != nullptr)
        rd_kafka_conf_set_dr_msg_cb(conf.get(), &Callbacks::delivery);
    if (listeners.rebalance != nullptr)
        rd_kafka_conf_set_rebalance_cb(conf.get(), &Callbacks::rebalance);
    std::array<char, 512> why{};
    client->handle_ = rd_kafka_new(role == Role::kProducer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER,
                                   conf.get(), why.data(), why.size());
    if (client->handle_ == nullptr)
        return fail(ErrorCode::kInvalid, "kafka-setting",
                    fmt::format("librdkafka does not start: {}.", why.data()));
    (void)conf.release();  // the handle's now
    return client;
}

Client::~Client() {
    if (handle_ != nullptr) rd_kafka_destroy(handle_);
}

void Client::serve(int timeout_ms) const {
    rd_kafka_poll(handle_, timeout_ms);
}

Error Client::unreachable(std::string_view tried) const {
    const std::lock_guard lock(mutex_);
    return {ErrorCode::kUnavailable, "log-unreachable",
            fmt::format("The Kafka log at {} did not answer ({}{}{}).", brokers_, tried,
                        complaint_.empty() ? "" : ": ", complaint_)};
}

}  // namespace shop::kafka
