#include "api/event_log.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/base/describe.hpp"
#include "core/base/digest.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/kafka/kafka_log.hpp"
#include "events/keys/private_file.hpp"
#include "events/rocksdb/rocksdb_log.hpp"
#include "events/slot_map.hpp"

namespace shop::api {
namespace {

constexpr std::string_view kRocksDb = "rocksdb";
constexpr std::string_view kKafka = "kafka://";
constexpr std::size_t kRandomBytes = 16;  // of a log's name

// <data>/log.json
struct PlaceFile {
    std::string log;
    std::string kafka_settings;
    LogId log_id;    // once the log bears it
    LogId drawn_id;  // until then: what this shop names its log
    bool operator==(const PlaceFile&) const = default;
};
SHOP_DESCRIBE(PlaceFile, log, kafka_settings, log_id, drawn_id)

std::filesystem::path place_file(const std::filesystem::path& data) {
    return data / "log.json";
}

std::filesystem::path log_folder(const std::filesystem::path& data) {
    return data / "log";
}

struct KafkaAddress {
    std::string brokers;
    std::string prefix = "shop";
};

bool is_topic_name(std::string_view text) {
    constexpr std::size_t kCharsMax = 100;
    return !text.empty() && text.size() <= kCharsMax &&
           text.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
               "._-") == std::string_view::npos;
}

std::optional<KafkaAddress> parse_kafka(std::string_view text) {
    if (!text.starts_with(kKafka)) return std::nullopt;
    text.remove_prefix(kKafka.size());
    KafkaAddress address;
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) address.prefix = text.substr(slash + 1);
    address.brokers = text.substr(0, slash);
    const bool has_brokers = address.brokers.find(':') != std::string::npos &&
                             address.brokers.find_first_of(" \t@") == std::string::npos;
    if (!has_brokers || !is_topic_name(address.prefix)) return std::nullopt;
    return address;
}

// Brokers come and go; the topics stay.
bool is_same_log(const std::string& one, const std::string& other) {
    const auto first = parse_kafka(one);
    const auto second = parse_kafka(other);
    return first && second ? first->prefix == second->prefix : one == other;
}

Result<kafka::Settings> read_settings(const std::string& file) {
    kafka::Settings settings;
    if (file.empty()) return settings;
    SHOP_TRY(text, read_private(file));
    if (!text) return fail(ErrorCode::kInvalid, "kafka-setting", "There is no file " + file + ".");
    std::string_view rest = *text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.empty() || line.starts_with('#')) continue;
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return fail(ErrorCode::kInvalid, "kafka-setting",
                        fmt::format("{}, line {}: expected name=value.", file, number));
        settings.emplace_back(line.substr(0, equals), line.substr(equals + 1));
    }
    return settings;
}

Result<std::unique_ptr<KafkaLog>> open_kafka(const EventLogPlace& place,
                                             kafka::Topics topics = kafka::Topics::kMade,
                                             Partitions partitions = {}) {
    const auto address = parse_kafka(place.log);
    if (!address)
        return fail(ErrorCode::kInvalid, "wrong-use",
                    fmt::format("\"{}\" is not {}.", place.log, takes_event_log("")));
    SHOP_TRY(settings, read_settings(place.kafka_settings));
    KafkaLogOptions options;
    options.brokers = address->brokers;
    options.topics.prefix = address->prefix;
    options.partitions = partitions;
    options.settings = std::move(settings);
    options.topics_are = topics;
    return KafkaLog::open(options);
}

// The keys that its personal fields need are in the folder of the shop that made it.
Status require_empty(const Log& log, const EventLogPlace& place) {
    for (const Partition partition : log.partitions().all()) {
        SHOP_TRY(end, log.end(partition));
        if (end > 0)
            return fail(ErrorCode::kConflict, "log-elsewhere",
                        fmt::format("The log at {} holds the events of a shop whose keys are not "
                                    "in this data folder. Use that shop's folder, or another "
                                    "prefix: kafka://…/NAME.",
                                    place.log));
    }
    return {};
}

Status remember(const std::filesystem::path& data, const PlaceFile& file) {
    return write_private(place_file(data), json::to_json(file, json::Defaults::kOmit) + "\n");
}

// A first start, or one more after some that came to no end: nothing was answered yet, for the log
// bears no name, or nobody has noted that it does. Which name is drawn before the log is written
// to, so that a log of that name is known to be the folder's own.
Result<EventLog> begin_kafka(const std::filesystem::path& data, const EventLogPlace& place,
                             const PlaceFile& known) {
    SHOP_TRY(log, open_kafka(place));
    PlaceFile file{place.log, place.kafka_settings, {}, {}};
    if (is_same_log(place.log, known.log)) file.drawn_id = known.drawn_id;
    if (!place.name.is_empty()) file.drawn_id = place.name;
    SHOP_TRY(identity, establish_identity(*log, SlotMap(log->partitions()), {}));
    // Of several processes that begin together another one may just be naming it; whoever would
    // name it otherwise is refused by the engine.
    const bool is_begun_together = identity.id.is_empty() && !place.name.is_empty();
    if (!is_begun_together && (identity.id.is_empty() || identity.id != file.drawn_id))
        SHOP_TRY_STATUS(require_empty(*log, place));
    if (file.drawn_id.is_empty()) file.drawn_id = LogId::derive({random_bytes(kRandomBytes)});
    if (file != known) SHOP_TRY_STATUS(remember(data, file));
    return EventLog{.log = std::move(log), .id = file.drawn_id};
}

// The same prefix on other brokers may be another shop's log, or none.
Status require_own(const Log& log, const PlaceFile& known, const EventLogPlace& place) {
    SHOP_TRY(identity, establish_identity(log, SlotMap(log.partitions()), {}));
    if (identity.id == known.log_id) return {};
    return fail(ErrorCode::kConflict, "log-elsewhere",
                fmt::format("The log at {} is not this shop's: it {}, and this shop's is {}, last "
                            "seen at {}. Point --log at the brokers that hold it.",
                            place.log,
                            identity.id.is_empty() ? "is empty" : "is " + identity.id.to_string(),
                            known.log_id.to_string(), known.log));
}

// A copy under way.
std::filesystem::path next_log_folder(const std::filesystem::path& data) {
    return data / "log.copy";
}

Status move_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code error;
    std::filesystem::rename(from, to, error);
    if (!error) return sync_folder(to.parent_path());
    return fail(
        ErrorCode::kUnavailable, "disk-failed",
        fmt::format("Cannot rename {} to {}: {}.", from.string(), to.string(), error.message()));
}

// The embedded log that the shop has no more, if there is one.
Status put_aside(const std::filesystem::path& data) {
    if (!std::filesystem::exists(log_folder(data))) return {};
    auto to = data / "log.moved";
    for (int n = 2; std::filesystem::exists(to); ++n) to = data / fmt::format("log.moved-{}", n);
    return move_folder(log_folder(data), to);
}

Result<EventLog> open_embedded(const std::filesystem::path& data, Partitions partitions) {
    SHOP_TRY(log, RocksDbLog::open({.folder = log_folder(data), .partitions = partitions}));
    EventLog opened{.embedded = log.get()};
    opened.log = std::move(log);
    return opened;
}

// Where the folder's shop keeps its events; empty if it was never opened.
Result<PlaceFile> place_of(const std::filesystem::path& data) {
    SHOP_TRY(text, read_private(place_file(data)));
    if (text) return json::from_json<PlaceFile>(*text, json::Missing::kIsDefault);
    PlaceFile place;
    if (std::filesystem::exists(log_folder(data))) place.log = kRocksDb;
    return place;
}

}  // namespace

bool has_event_log(const std::filesystem::path& data) {
    return std::filesystem::exists(place_file(data)) || std::filesystem::exists(log_folder(data));
}

Result<EventLog> open_event_log(const std::filesystem::path& data, const EventLogPlace& place) {
    SHOP_TRY(known, place_of(data));
    const bool is_embedded = place.log == kRocksDb;
    const bool is_named = known.log == kRocksDb || !known.log_id.is_empty();
    // Nothing of the folder's is in a log that does not bear the name it has drawn.
    const bool is_beginning = !known.drawn_id.is_empty() && !is_named && !is_embedded;
    const bool may_choose = known.log.empty() || is_beginning;
    if (!may_choose && !is_same_log(place.log, known.log))
        return fail(ErrorCode::kConflict, "log-elsewhere",
                    fmt::format("The shop in {} keeps its events in {}. Start it with --log {}.",
                                data.string(), known.log, known.log));
    if (is_embedded) return open_embedded(data, {});
    if (!is_named) return begin_kafka(data, place, known);
    if (!place.name.is_empty() && place.name != known.log_id)
        return fail(ErrorCode::kConflict, "other-keys",
                    fmt::format("The keys are another shop's than those of the shop in {}. Name "
                                "its own database of keys.",
                                data.string()));
    SHOP_TRY(log, open_kafka(place));
    SHOP_TRY_STATUS(require_own(*log, known, place));
    const PlaceFile now{place.log, place.kafka_settings, known.log_id, {}};
    if (now != known) SHOP_TRY_STATUS(remember(data, now));
    return EventLog{.log = std::move(log), .id = known.log_id};
}

Status remember_log_id(const std::filesystem::path& data, const LogId& id) {
    SHOP_TRY(known, place_of(data));
    if (known.log.empty() || known.log == kRocksDb || known.log_id == id) return {};
    known.log_id = id;
    known.drawn_id = {};
    return remember(data, known);
}

Result<EventLog> open_event_log(const std::filesystem::path& data) {
    SHOP_TRY(place, place_of(data));
    if (!place.log.empty() && place.log != kRocksDb)
        return open_event_log(data, {place.log, place.kafka_settings});
    SHOP_TRY(partitions, RocksDbLog::partitions_in(log_folder(data)));
    return open_embedded(data, partitions);
}

Result<LogId> log_id_in(const std::filesystem::path& data) {
    SHOP_TRY(place, place_of(data));
    if (!place.log_id.is_empty()) return place.log_id;
    LogIdentity identity;
    if (place.log == kRocksDb) {
        SHOP_TRY(opened, open_event_log(data));
        SHOP_TRY(read, establish_identity(*opened.log, SlotMap(opened.log->partitions()), {}));
        identity = std::move(read);
    }
    if (!identity.id.is_empty()) return identity.id;
    return fail(
        ErrorCode::kNotFound, "no-log",
        fmt::format("The shop in {} has not been opened yet. Start it once.", data.string()));
}

Result<std::unique_ptr<Log>> open_named_log(const EventLogPlace& place) {
    auto log = open_kafka(place, kafka::Topics::kFound);
    if (!log && log.error().type == "no-log")
        return fail(ErrorCode::kUnavailable, "no-shop", log.error().message);
    if (!log) return std::unexpected(log.error());
    SHOP_TRY(identity, establish_identity(**log, SlotMap((*log)->partitions()), {}));
    if (identity.id.is_empty())
        return fail(ErrorCode::kUnavailable, "no-shop",
                    fmt::format("The log at {} is empty: no process of the shop has begun yet.",
                                place.log));
    if (identity.id != place.name)
        return fail(ErrorCode::kConflict, "log-elsewhere",
                    fmt::format("The log at {} is that of another shop than the keys. Name the "
                                "log and the database of keys of the same shop.",
                                place.log));
    return std::unique_ptr<Log>(std::move(*log));
}

Result<std::unique_ptr<Log>> open_next_log(const std::filesystem::path& data,
                                           const EventLogPlace& place, Partitions partitions) {
    SHOP_TRY(known, place_of(data));
    if (place.log == known.log)
        return fail(ErrorCode::kConflict, "same-log",
                    fmt::format("The shop in {} keeps its events in {} already.", data.string(),
                                place.log));
    std::unique_ptr<Log> log;
    if (place.log == kRocksDb) {
        SHOP_TRY(embedded,
                 RocksDbLog::open({.folder = next_log_folder(data), .partitions = partitions}));
        log = std::move(embedded);
    } else {
        SHOP_TRY(kafka, open_kafka(place, kafka::Topics::kMade, partitions));
        log = std::move(kafka);
    }
    if (log->partitions() == partitions) return log;
    return fail(ErrorCode::kConflict, "other-partitions",
                fmt::format("The topics at {} have other numbers of partitions than this shop's "
                            "log. Choose another prefix: kafka://…/NAME.",
                            place.log));
}

// log.json tells which of them counts, if it is cut short in between.
Status switch_event_log(const std::filesystem::path& data, const EventLogPlace& place,
                        const LogId& id) {
    if (place.log == kRocksDb) {
        SHOP_TRY_STATUS(put_aside(data));
        SHOP_TRY_STATUS(move_folder(next_log_folder(data), log_folder(data)));
        return remember(data, {.log = std::string(kRocksDb)});
    }
    SHOP_TRY_STATUS(remember(data, {place.log, place.kafka_settings, id, {}}));
    return put_aside(data);
}

std::vector<Partition> listed_offices(std::string_view text) {
    std::vector<Partition> partitions;
    while (true) {
        const std::size_t comma = text.find(',');
        const auto partition = Partition::parse(text.substr(0, comma));
        if (!partition) return {};
        partitions.push_back(*partition);
        if (comma == text.npos) return partitions;
        text.remove_prefix(comma + 1);
    }
}

Result<OfficeTopicOptions> office_topic(const EventLogPlace& place, Partitions partitions) {
    const auto address = parse_kafka(place.log);
    if (!address) return fail(ErrorCode::kInvalid, "wrong-use", "Offices are shared out by Kafka.");
    SHOP_TRY(settings, read_settings(place.kafka_settings));
    return OfficeTopicOptions{.brokers = address->brokers,
                              .topics = {.prefix = address->prefix},
                              .settings = std::move(settings),
                              .partitions = partitions};
}

Error no_backup() {
    return {ErrorCode::kConflict, "log-elsewhere",
            "The events of this shop are in Kafka, whose brokers keep copies of them; a backup of "
            "the data folder alone is no backup."};
}

std::string_view takes_event_log(std::string_view text) {
    return text == kRocksDb || parse_kafka(text)
               ? ""
               : "rocksdb, or kafka://host:port,host:port with the brokers' addresses";
}

std::string_view takes_offices(std::string_view text) {
    return text == "all" || text == "group" || !listed_offices(text).empty()
               ? ""
               : "all, group, or a list such as commerce-0,commerce-1";
}

}  // namespace shop::api
