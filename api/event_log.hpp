// Where a shop keeps its events: embedded in its data folder (<data>/log), or in Kafka
// (<data>/log.json says where). Decided at the first start; only move_log.hpp changes it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "events/entry.hpp"
#include "events/kafka/kafka_announcements.hpp"
#include "events/log.hpp"

namespace shop {
class RocksDbLog;
}

namespace shop::api {

struct EventLog {
    std::unique_ptr<Log> log;
    const RocksDbLog* embedded = nullptr;  // the same, if it is; it can be copied
    LogId id = {};                         // EngineOptions::log_id, of a log that others write to
};

// What `serve` is told.
struct EventLogPlace {
    std::string log = "rocksdb";  // or "kafka://host:port,host:port/prefix", prefix "shop" if none
    // A file with librdkafka's settings of the connection, one "name=value" a line, "#" for
    // comments: TLS and SASL. Mode 600, for it may hold a password.
    std::string kafka_settings;
    // What a new log is named, where its name is drawn by several processes together; empty: by
    // this one alone.
    LogId name = {};
    bool operator==(const EventLogPlace&) const = default;
};

// Whether the folder belongs to a shop that has been opened before.
bool has_event_log(const std::filesystem::path& data);

// Opens the log, or makes it; the brokers of a log may have other addresses than last time. A shop
// on Kafka may still choose another prefix until remember_log_id().
// kConflict "log-elsewhere" if the shop in `data` keeps its events in another log, or if a new shop
// is pointed at a Kafka log that holds another one's events; else KafkaLog::open()'s and
// RocksDbLog::open()'s errors.
Result<EventLog> open_event_log(const std::filesystem::path& data, const EventLogPlace& place);

// Once the log has been claimed: later starts take no other log for it.
Status remember_log_id(const std::filesystem::path& data, const LogId& id);

// Opens the log of a shop that has been opened before. kNotFound "no-log" if there is none.
Result<EventLog> open_event_log(const std::filesystem::path& data);

// What the log of that shop is named; nobody else has it open. kNotFound "no-log" if it has no name
// yet: the shop was never opened to its end.
Result<LogId> log_id_in(const std::filesystem::path& data);

// To be read by a process of a shop of several that has no data folder: the log that place.name
// names. kUnavailable "no-shop" while it has no name; kConflict "log-elsewhere" if it has another
// one.
Result<std::unique_ptr<Log>> open_named_log(const EventLogPlace& place);

// ---- Another place for the log of a shop that does not run (move_log.hpp) -----------------------

// The log at `place`, to copy the one in `data` to; made if it is missing, with these partitions.
// kConflict "same-log" if it is the shop's own, "other-partitions" if it has others.
Result<std::unique_ptr<Log>> open_next_log(const std::filesystem::path& data,
                                           const EventLogPlace& place, Partitions partitions);
// From now on the shop in `data` keeps its events there. The log it had in the folder is kept, as
// log.moved, and opened by nobody.
Status switch_event_log(const std::filesystem::path& data, const EventLogPlace& place,
                        const LogId& id);

// The partitions that a list such as "commerce-0,commerce-3" names; none if it is no such list.
std::vector<Partition> listed_offices(std::string_view text);
// Where the processes of a shop on Kafka share out the offices of a log with these partitions.
Result<OfficeTopicOptions> office_topic(const EventLogPlace& place, Partitions partitions);

// Why a shop whose log is not embedded is not backed up: kConflict "log-elsewhere".
Error no_backup();

// For OptionHelp::takes (config/option_values.hpp).
std::string_view takes_event_log(std::string_view text);
// "all", "group", or a list for listed_offices().
std::string_view takes_offices(std::string_view text);

}  // namespace shop::api
