#include "api/project/projector_process.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "api/keys/postgres_shelf.hpp"
#include "api/log_ends.hpp"
#include "api/process_name.hpp"
#include "api/project/watch_server.hpp"
#include "api/view_metrics.hpp"
#include "events/keys/key_store.hpp"
#include "events/log_tail.hpp"
#include "projections/migrate.hpp"
#include "projections/postgres/database.hpp"
#include "projections/projectors.hpp"

namespace shop::api {
namespace {

// Fewer are read within a moment, and not worth a line.
constexpr Offset kFewEntries = 10'000;

std::string list_of(const std::set<Partition>& partitions) {
    std::string text;
    for (const Partition& each : partitions) text += (text.empty() ? "" : ",") + each.to_string();
    return text.empty() ? "none" : text;
}

}  // namespace

// In the order they are made; destroyed the other way round.
struct ProjectorProcess::Parts {
    const ProjectSettings& settings;
    const Clock& clock;
    Metrics& metrics;
    LogLines& log;
    Secrets secrets = {};
    std::unique_ptr<KeyStore> keys = {};
    std::unique_ptr<Log> events = {};
    std::optional<LogEnds> log_ends = {};
    std::unique_ptr<projections::Projectors> projectors = {};
    std::optional<LogTail> tail = {};
    std::unique_ptr<WatchServer> server = {};
    std::map<std::string, std::string, std::less<>> told = {};  // what it feeds, by view
    bool is_started = false;

    Status open_log();
    Status open_views();
    Status open_server();
    Offset entries_behind(const projections::Projector& projector) const;
};

// The keys tell which shop's log it has to be.
Status ProjectorProcess::Parts::open_log() {
    auto opened = PostgresShelf::open(settings.keys, clock, IfMissing::kRefuse);
    if (!opened && opened.error().type == "no-keys")
        return fail(ErrorCode::kUnavailable, "no-shop",
                    "The database of keys is empty: no process of the shop has begun yet.");
    if (!opened) return std::unexpected(opened.error());
    PostgresShelf& shelf = **opened;
    SHOP_TRY(shared, shelf.secrets());
    SHOP_TRY(name, shelf.log_name());
    secrets = std::move(shared);
    keys = std::make_unique<KeyStore>(std::move(*opened));
    SHOP_TRY(found, open_named_log({settings.log, settings.kafka_settings, name}));
    events = std::move(found);
    log_ends.emplace(events->partitions());
    return {};
}

Status ProjectorProcess::Parts::open_views() {
    SHOP_TRY(database, postgres::Database::connect(settings.postgres));
    SHOP_TRY(applied, projections::migrate(database));
    for (const std::string& name : applied)
        log.info("A migration was applied.", {{"event.action", name}});
    projections::ProjectorOptions options{
        .conninfo = settings.postgres,
        .clock = clock,
        .alarm =
            [this](auto view, const Error& e) {
                log.failure("The view " + std::string(view) + " needs an operator.", e);
            },
        .feeding = projections::Feeding::kShared,
        .name = process_name()};
    projectors = std::make_unique<projections::Projectors>(
        projections::Projectors::Sources{*events, *keys, secrets}, options);
    tail.emplace(
        *events, clock, [](Partition) { return false; },
        std::vector<CommitObserver*>{&*log_ends, projectors.get()});
    return {};
}

Status ProjectorProcess::Parts::open_server() {
    SHOP_TRY(made, WatchServer::make({*projectors, clock, metrics, log}, settings.listen,
                                     static_cast<std::uint16_t>(settings.port)));
    server = std::move(made);
    tell_views(metrics, *projectors, *log_ends, events->partitions());
    tell_log_ends(metrics, *log_ends, events->partitions());
    return {};
}

// In the partitions that this process feeds, of the live version.
Offset ProjectorProcess::Parts::entries_behind(const projections::Projector& projector) const {
    const auto position = projector.progress().position();
    Offset behind = 0;
    for (const Partition& partition : projector.fed()) {
        const auto at = position->read.find(partition);
        const Offset next = at == position->read.end() ? 0 : at->second + 1;
        behind += std::max<Offset>(0, log_ends->end(partition) - next);
    }
    return behind;
}

ProjectorProcess::ProjectorProcess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ProjectorProcess::~ProjectorProcess() {
    if (parts_) stop();
}

Result<std::unique_ptr<ProjectorProcess>> ProjectorProcess::open(const ProjectSettings& settings,
                                                                 const Clock& clock,
                                                                 Metrics& metrics, LogLines& log) {
    SHOP_TRY_STATUS(require_whole(settings));
    auto parts = std::unique_ptr<Parts>(new Parts{settings, clock, metrics, log});
    SHOP_TRY_STATUS(parts->open_log());
    SHOP_TRY_STATUS(parts->open_views());
    SHOP_TRY_STATUS(parts->open_server());
    return std::unique_ptr<ProjectorProcess>(new ProjectorProcess(std::move(parts)));
}

Status ProjectorProcess::start() {
    parts_->is_started = true;
    parts_->server->start();
    SHOP_TRY_STATUS(parts_->projectors->start());
    parts_->tail->start();
    return {};
}

void ProjectorProcess::stop() {
    if (!parts_->is_started) return;
    parts_->is_started = false;
    parts_->tail->stop();
    parts_->projectors->stop();
    parts_->server->stop();
}

void ProjectorProcess::tell_progress() {
    for (const std::string_view view : parts_->projectors->names()) {
        const projections::Projector& projector = *parts_->projectors->find(view);
        std::string fed = list_of(projector.fed());
        std::string& before = parts_->told[std::string(view)];
        if (before != fed) {
            parts_->log.info("The view " + std::string(view) + " is fed from here.",
                             {{"shop.partitions", fed}});
            before = std::move(fed);
        }
        const Offset behind = parts_->entries_behind(projector);
        if (behind >= kFewEntries)
            parts_->log.info("The view " + std::string(view) + " is behind.",
                             {{"shop.entries", behind}});
    }
}

std::string ProjectorProcess::address() const {
    return parts_->server->address();
}

}  // namespace shop::api
