#include "api/serve/shop.hpp"

#include <future>
#include <stop_token>

#include "api/cluster_status.hpp"
#include "api/erase_keys.hpp"
#include "api/event_log.hpp"
#include "api/keys/shared_erasures.hpp"
#include "api/log_ends.hpp"
#include "api/metrics_witness.hpp"
#include "api/payment_limit.hpp"
#include "api/process_file.hpp"
#include "api/process_name.hpp"
#include "api/random_seed.hpp"
#include "api/serve/cluster.hpp"
#include "api/serve/data_folder.hpp"
#include "api/serve/front.hpp"
#include "api/serve/record_erasures.hpp"
#include "api/serve/shop_keys.hpp"
#include "api/serve/shop_metrics.hpp"
#include "api/serve/snapshots.hpp"
#include "api/staff_keys.hpp"
#include "core/any_command.hpp"
#include "events/catalog/catalog_fold.hpp"
#include "events/effects/runner.hpp"
#include "events/keys/erasures.hpp"
#include "events/local_engine.hpp"
#include "events/log_tail.hpp"
#include "events/rocksdb/rocksdb_state_store.hpp"
#include "events/token_needs.hpp"
#include "events/worker.hpp"
#include "projections/migrate.hpp"
#include "projections/postgres/database.hpp"
#include "projections/projectors.hpp"

namespace shop::api {
namespace {

constexpr Duration kDrain = seconds(10);
constexpr Duration kShareEvery = minutes(1);
constexpr Duration kProofLife = seconds(1);  // on a log that others can write to

}  // namespace

// In the order they are made; destroyed the other way round.
struct Shop::Parts {
    const Settings& settings;
    const Clock& clock;
    Metrics& metrics;
    LogLines& log;
    DataFolder folder;
    Loops loops{settings.io_threads};
    std::optional<PeerDoor> door = {};  // until the cluster has it
    ShopKeys shop_keys = {};
    KeyStore* keys = nullptr;  // of shop_keys
    Erasures erasures{folder.path()};
    std::optional<SharedErasures> shared = {};  // of several processes
    std::vector<Erasure> erased = {};           // listed at the start
    std::unique_ptr<StaffKeys> staff_keys = {};
    EventLog event_log = {};
    Log* events = nullptr;  // of event_log
    std::unique_ptr<StateStore> states = {};
    std::unique_ptr<Snapshots> snapshots = {};  // nullptr: none
    std::unique_ptr<CatalogFold> catalog = {};
    std::optional<MetricsWitness> witness = {};
    std::optional<LogEnds> log_ends = {};
    Directory directory = {};
    std::optional<OwnOffices> own_offices = {};
    std::unique_ptr<LocalEngine> engine = {};
    Worker past_reader = {};                                   // for the engine
    std::unique_ptr<Cluster> cluster = {};                     // nullptr: this process is alone
    std::unique_ptr<projections::Projectors> projectors = {};  // nullptr without Postgres
    std::unique_ptr<Worker> view_worker = {};
    std::optional<LogTail> tail = {};  // of a log that others can write to
    Worker erasing = {};               // for keys and lists that nobody waits for
    std::stop_source record_no_more = {};
    std::future<void> recorded = {};  // the erasures that were listed at the start
    PaymentLimit payment_limit{clock, settings.payment_tries};
    Attention attention{[this](const AttentionItem& item) {
        const std::string stream = item.stream.to_string();
        log.warn("Somebody has to look at this: " + item.reason, {{"shop.stream", stream}});
    }};
    std::optional<ClusterStatus> status = {};
    std::unique_ptr<Front> front = {};
    std::unique_ptr<EffectRunner> effects = {};
    bool started = false;

    // Reaches every stream, wherever it is decided.
    Engine& whole() const { return cluster ? cluster->engine() : *engine; }

    Status open_files();
    Status open_engine();
    Status open_cluster();
    projections::Feeding feeding() const;
    Status open_views();
    void open_status();
    void follow_others();
    void make_effects();
    ErasingParts erasing_parts() { return {erasures, *keys, log, metrics}; }
    Task<bool> erase(std::vector<ExpiringStream> expiring);
    void bring_up_copies();
    void destroy_expired_again();
    void share_erasures();
    void record_erasures();
};

Status Shop::Parts::open_files() {
    const auto& data = folder.path();
    SHOP_TRY(opened, open_shop_keys(folder, settings.keys, clock));
    shop_keys = std::move(opened);
    keys = shop_keys.store.get();
    if (const auto damage = keys->damage()) log.failure("Keys are damaged", *damage);
    if (shop_keys.shelf != nullptr) {
        shared.emplace(*shop_keys.shelf, erasures.list());
        SHOP_TRY_STATUS(shared->exchange());
    }
    // A damaged list refuses the start: somebody who was told that they are erased may be on it and
    // not be, and nothing else would tell. A damaged key that is on it is as good as destroyed.
    SHOP_TRY(listed, erasures.all());
    erased = std::move(listed);
    SHOP_TRY_STATUS(destroy_again(erasing_parts(), erased));
    SHOP_TRY(staff, open_staff_keys(folder, shop_keys, clock));
    staff_keys = std::move(staff);
    SHOP_TRY(is_first, staff_keys->make_first());
    if (is_first)
        log.info("The first staff key was made; it may do everything.",
                 {{"file.path", (data / "staff-key").string()}});
    return {};
}

Status Shop::Parts::open_engine() {
    const auto& data = folder.path();
    SHOP_TRY(opened,
             open_event_log(data, {settings.log, settings.kafka_settings, shop_keys.log_name}));
    event_log = std::move(opened);
    events = event_log.log.get();
    SHOP_TRY(store, open_rocksdb_state_store({.folder = data / "state"}));
    states = std::move(store);
    catalog = std::make_unique<CatalogFold>(*events, [this](const Error& error) {
        log.failure("The catalog cannot be read on, so prices and products grow old", error);
    });
    SHOP_TRY_STATUS(catalog->load(*states));
    EngineOptions options{.address = "local", .log_id = event_log.id};
    if (event_log.embedded == nullptr) options.proof_life = kProofLife;
    if (is_one_of_several(settings)) {
        SHOP_TRY(opened_door, PeerDoor::open(settings));
        options.address = opened_door.address;
        options.takes_all = false;
        door.emplace(std::move(opened_door));
    }
    witness.emplace(metrics, log, clock, events->partitions());
    options.witness = &*witness;
    options.past_reader = &past_reader;
    options.limits.hot_streams = static_cast<std::size_t>(settings.hot_streams);
    snapshots =
        Snapshots::make({*events, *states, clock, settings, metrics, log, shop_keys.peer_secret});
    EngineParts parts{*events, *states, clock, *catalog, &decide_any};
    if (snapshots) parts.snapshots = &snapshots->loader();
    SHOP_TRY(office, LocalEngine::open(parts, options));
    engine = std::move(office);
    SHOP_TRY_STATUS(remember_log_id(data, engine->identity().id));
    SHOP_TRY_STATUS(remember_shop_keys(folder, shop_keys));
    engine->add_observer(*catalog);
    log_ends.emplace(events->partitions());
    engine->add_observer(*log_ends);
    own_offices.emplace(directory, clock, options.address);
    engine->add_observer(*own_offices);
    return catalog->catch_up();
}

Status Shop::Parts::open_cluster() {
    if (!door) return {};
    SHOP_TRY(made, Cluster::make({*engine, directory, *catalog, clock, loops, settings, metrics,
                                  log, events->partitions()},
                                 std::move(*door), shop_keys.peer_secret));
    door.reset();
    cluster = std::move(made);
    return {};
}

projections::Feeding Shop::Parts::feeding() const {
    if (!is_one_of_several(settings)) return projections::Feeding::kAlone;
    return settings.follow_views ? projections::Feeding::kNone : projections::Feeding::kShared;
}

Status Shop::Parts::open_views() {
    if (settings.follow_views && !is_one_of_several(settings))
        return fail(ErrorCode::kInvalid, "wrong-use",
                    "--follow-views is for one of several processes: add --offices group.");
    if (settings.postgres.empty()) return {};
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
        .feeding = feeding(),
        .name = process_name()};
    projectors = std::make_unique<projections::Projectors>(
        projections::Projectors::Sources{*events, *keys, shop_keys.secrets}, options);
    view_worker = std::make_unique<Worker>();
    engine->add_observer(*projectors);
    return {};
}

void Shop::Parts::open_status() {
    status.emplace(ClusterStatus::Sources{*engine, directory, *log_ends, *states, projectors.get(),
                                          own_offices->address(), is_one_of_several(settings)});
}

// So that prices and views stay true of partitions that another process took.
void Shop::Parts::follow_others() {
    if (event_log.embedded != nullptr) return;
    std::vector<CommitObserver*> readers{&*catalog, &*log_ends};
    if (projectors) readers.push_back(projectors.get());
    tail.emplace(
        *events, clock, [this](Partition each) { return engine->serves(each); },
        std::move(readers));
}

void Shop::Parts::make_effects() {
    EffectPorts ports{.attention = attention};
    ports.call_provider = [this](EffectId id, AnyCall call) {
        return front->perform(id, std::move(call));
    };
    ports.erase = [this](std::vector<ExpiringStream> expiring) {
        return erase(std::move(expiring));
    };
    ports.tokens.end = [this](const std::string& key) {
        if (const Status ended = keys->destroy_soon(key); !ended)
            log.failure("A payment token's key could not be destroyed.", ended.error());
    };
    ports.tokens.keep = [this](std::unordered_set<std::string> needed) {
        keys->destroy_old_tokens(std::move(needed));
    };
    if (shop_keys.shelf != nullptr)
        ports.tokens.needed = [this](Partition partition) {
            return cluster ? cluster->needed_tokens(loops.main(), partition)
                           : needed_tokens(*engine, loops.main(), partition);
        };
    EffectOptions options;
    options.seed = random_seed();
    effects = std::make_unique<EffectRunner>(EffectEngines{*engine, whole()}, loops.main(), clock,
                                             engine->slot_map(), std::move(ports), options);
    engine->add_observer(*effects);
}

Task<bool> Shop::Parts::erase(std::vector<ExpiringStream> expiring) {
    const Status done = co_await erasing.call<Status>(loops.main(), [&] {
        return erase_keys(erasing_parts(), std::span<const ExpiringStream>(expiring),
                          engine->now());
    });
    if (!done) log.failure("Keys could not be destroyed; the next look tries again.", done.error());
    co_return done.has_value();
}

// Beside the shop, too. What a crash kept from being copied is copied now, not with the next
// erasure: a backup may be restored before that.
void Shop::Parts::bring_up_copies() {
    erasing.post([this] {
        const auto failed = erasures.bring_up_copies();
        if (failed)
            tell_copies(erasing_parts(), *failed);
        else
            log.failure("The lists of erasures could not be copied", failed.error());
    });
}

// Beside the shop, for there may be millions. Damage in such a list is no reason to refuse the
// start: what is over is ended without it; it matters only where an old copy of the keys
// was put back.
void Shop::Parts::destroy_expired_again() {
    for (const auto& list : expired_lists(erasures.list()))
        erasing.post([this, list] {
            const auto listed = read_erasures(list);
            const Status done = listed ? destroy_again(erasing_parts(), *listed)
                                       : Status(std::unexpected(listed.error()));
            if (!done)
                log.failure("Keys of what expired could not be destroyed again", done.error());
        });
}

// What others list is on this process's disk a minute later, and the other way round.
void Shop::Parts::share_erasures() {
    if (!shared) return;
    loops.main().post_after(kShareEvery, [this] {
        erasing.post([this] {
            const Status done = shared->exchange();
            if (!done) log.failure("The list of erasures could not be shared", done.error());
        });
        share_erasures();
    });
}

void Shop::Parts::record_erasures() {
    if (erased.empty()) return;
    std::promise<void> promise;
    recorded = promise.get_future();
    http::Loop& loop = loops.main();
    loop.post([this, &loop, promise = std::move(promise)]() mutable {
        const ErasurePorts ports{whole(), erasing, erasing_parts(), record_no_more.get_token()};
        shop::start(api::record_erasures(ports, loop, std::move(erased)),
                    [this, promise = std::move(promise)](bool is_done) mutable {
                        if (!is_done)
                            log.warn("Not every erasure could be recorded; the next start does.");
                        promise.set_value();
                    });
    });
}

Shop::Shop(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Shop::~Shop() {
    if (parts_) stop();
}

Result<std::unique_ptr<Shop>> Shop::open(const Settings& settings, const Clock& clock,
                                         Metrics& metrics, LogLines& log) {
    SHOP_TRY_STATUS(require_whole(settings));
    SHOP_TRY(folder, DataFolder::open(settings.data));
    auto parts =
        std::unique_ptr<Parts>(new Parts{settings, clock, metrics, log, std::move(folder)});
    SHOP_TRY_STATUS(parts->open_files());
    SHOP_TRY_STATUS(parts->open_engine());
    SHOP_TRY_STATUS(parts->open_cluster());
    SHOP_TRY_STATUS(parts->open_views());
    parts->open_status();
    parts->follow_others();
    SHOP_TRY(front, Front::make({parts->whole(), *parts->catalog, *parts->keys, parts->erasures,
                                 parts->shop_keys.secrets, clock, *parts->staff_keys,
                                 parts->payment_limit, metrics, log, *parts->log_ends,
                                 parts->projectors.get(), parts->view_worker.get(),
                                 parts->event_log, parts->attention, settings, *parts->status},
                                parts->loops));
    parts->front = std::move(front);
    parts->make_effects();
    tell_metrics(metrics, {*parts->engine, *parts->effects, *parts->catalog, *parts->log_ends,
                           parts->attention, parts->projectors.get(), parts->events->partitions(),
                           *parts->status, *parts->own_offices, parts->cluster.get()});
    return std::unique_ptr<Shop>(new Shop(std::move(parts)));
}

Status Shop::start() {
    parts_->catalog->start();
    parts_->engine->start();
    parts_->started = true;
    if (parts_->snapshots) parts_->snapshots->start(*parts_->engine);
    if (parts_->projectors) SHOP_TRY_STATUS(parts_->projectors->start());
    if (parts_->tail) parts_->tail->start();
    if (parts_->cluster) SHOP_TRY_STATUS(parts_->cluster->start());
    parts_->loops.main().post([effects = parts_->effects.get()] { effects->start(); });
    parts_->bring_up_copies();
    parts_->destroy_expired_again();
    parts_->share_erasures();
    parts_->front->open();
    if (parts_->cluster) SHOP_TRY_STATUS(parts_->cluster->join());
    parts_->record_erasures();
    ProcessFile file{.address = address()};
    if (parts_->projectors) file.postgres = parts_->settings.postgres;
    return write_process_file(parts_->settings.data, "serve", std::move(file));
}

void Shop::stop() {
    if (!parts_->started) return;
    parts_->started = false;
    remove_process_file(parts_->settings.data, "serve");
    if (!parts_->front->drain(kDrain)) parts_->log.warn("Some requests did not end in time.");
    if (parts_->cluster) parts_->cluster->quit();
    std::promise<void> idle;
    parts_->loops.main().post([&] {
        parts_->record_no_more.request_stop();
        parts_->effects->stop([&] { idle.set_value(); });
    });
    idle.get_future().wait();
    if (parts_->snapshots) parts_->snapshots->stop();
    if (parts_->tail) parts_->tail->stop();
    if (parts_->projectors) parts_->projectors->stop();
    if (parts_->cluster) parts_->cluster->stop();
    parts_->engine->stop();
    if (parts_->recorded.valid()) parts_->recorded.wait();
    parts_->catalog->stop();
    parts_->front->stop();
    if (parts_->cluster) parts_->cluster->close();
    parts_->loops.stop();
}

std::string Shop::address() const {
    return parts_->front->address();
}

}  // namespace shop::api
