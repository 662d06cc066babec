#include "api/serve/shop.hpp"

#include <cstring>
#include <future>
#include <stop_token>

#include "api/erase_keys.hpp"
#include "api/event_log.hpp"
#include "api/log_ends.hpp"
#include "api/metrics_witness.hpp"
#include "api/payment_limit.hpp"
#include "api/process_file.hpp"
#include "api/serve/data_folder.hpp"
#include "api/serve/front.hpp"
#include "api/serve/record_erasures.hpp"
#include "api/staff_keys.hpp"
#include "core/any_command.hpp"
#include "core/base/digest.hpp"
#include "events/catalog/catalog_fold.hpp"
#include "events/effects/runner.hpp"
#include "events/keys/erasures.hpp"
#include "events/keys/key_store.hpp"
#include "events/local_engine.hpp"
#include "events/log_tail.hpp"
#include "events/rocksdb/rocksdb_state_store.hpp"
#include "events/worker.hpp"
#include "projections/migrate.hpp"
#include "projections/postgres/database.hpp"
#include "projections/projectors.hpp"

namespace shop::api {
namespace {

constexpr Duration kDrain = seconds(10);
constexpr Duration kProofLife = seconds(1);  // on a log that others can write to

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    const std::string bytes = random_bytes(sizeof seed);
    std::memcpy(&seed, bytes.data(), sizeof seed);
    return seed;
}

}  // namespace

// In the order they are made; destroyed the other way round.
struct Shop::Parts {
    const Settings& settings;
    const Clock& clock;
    Metrics& metrics;
    LogLines& log;
    DataFolder folder;
    Secrets secrets = {};
    std::unique_ptr<KeyStore> keys = {};
    Erasures erasures{folder.path()};
    std::vector<Erasure> erased = {};  // listed at the start
    std::unique_ptr<StaffKeys> staff_keys = {};
    EventLog event_log = {};
    Log* events = nullptr;  // of event_log
    std::unique_ptr<StateStore> states = {};
    std::unique_ptr<CatalogFold> catalog = {};
    std::optional<MetricsWitness> witness = {};
    std::optional<LogEnds> log_ends = {};
    std::unique_ptr<LocalEngine> engine = {};
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
    std::unique_ptr<Front> front = {};
    std::unique_ptr<EffectRunner> effects = {};
    bool started = false;

    Status open_files();
    Status open_engine();
    Status open_views();
    void follow_others();
    void make_effects();
    ErasingParts erasing_parts() { return {erasures, *keys, log, metrics}; }
    Task<bool> erase(std::vector<ExpiringStream> expiring);
    void bring_up_copies();
    void destroy_expired_again();
    void record_erasures();
    void tell_view(std::string_view view);
    void tell_metrics();
};

Status Shop::Parts::open_files() {
    const auto& data = folder.path();
    SHOP_TRY(loaded, load_secrets(data, folder.if_missing()));
    secrets = std::move(loaded);
    SHOP_TRY(key_store, KeyStore::open(data / "keys", folder.if_missing()));
    keys = std::move(key_store);
    if (const auto damage = keys->damage()) log.failure("Keys are damaged", *damage);
    // A damaged list refuses the start: somebody who was told that they are erased may be on it and
    // not be, and nothing else would tell. A damaged key that is on it is as good as destroyed.
    SHOP_TRY(listed, erasures.all());
    erased = std::move(listed);
    SHOP_TRY_STATUS(destroy_again(erasing_parts(), erased));
    SHOP_TRY(staff, StaffKeys::open(data, clock));
    staff_keys = std::move(staff);
    SHOP_TRY(is_first, staff_keys->make_first());
    if (is_first)
        log.info("The first staff key was made; it may do everything.",
                 {{"file.path", (data / "staff-key").string()}});
    return {};
}

Status Shop::Parts::open_engine() {
    const auto& data = folder.path();
    SHOP_TRY(opened, open_event_log(data, {settings.log, settings.kafka_settings}));
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
    witness.emplace(metrics, events->partitions());
    options.witness = &*witness;
    options.limits.hot_streams = static_cast<std::size_t>(settings.hot_streams);
    SHOP_TRY(office, LocalEngine::open({*events, *states, clock, *catalog, &decide_any}, options));
    engine = std::move(office);
    SHOP_TRY_STATUS(remember_log_id(data, engine->identity().id));
    engine->add_observer(*catalog);
    log_ends.emplace(events->partitions());
    engine->add_observer(*log_ends);
    return catalog->catch_up();
}

Status Shop::Parts::open_views() {
    if (settings.postgres.empty()) return {};
    SHOP_TRY(database, postgres::Database::connect(settings.postgres));
    SHOP_TRY(applied, projections::migrate(database));
    for (const std::string& name : applied)
        log.info("A migration was applied.", {{"event.action", name}});
    projections::ProjectorOptions options{
        .conninfo = settings.postgres, .clock = clock, .alarm = [this](auto view, const Error& e) {
            log.failure("The view " + std::string(view) + " needs an operator.", e);
        }};
    projectors = std::make_unique<projections::Projectors>(
        projections::Projectors::Sources{*events, *keys, secrets}, options);
    view_worker = std::make_unique<Worker>();
    engine->add_observer(*projectors);
    return {};
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
    EffectOptions options;
    options.seed = random_seed();
    effects = std::make_unique<EffectRunner>(EffectEngines{*engine, *engine}, front->main_loop(),
                                             clock, engine->slot_map(), std::move(ports), options);
    engine->add_observer(*effects);
}

Task<bool> Shop::Parts::erase(std::vector<ExpiringStream> expiring) {
    const Status done = co_await erasing.call<Status>(front->main_loop(), [&] {
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

void Shop::Parts::record_erasures() {
    if (erased.empty()) return;
    std::promise<void> promise;
    recorded = promise.get_future();
    http::Loop& loop = front->main_loop();
    loop.post([this, &loop, promise = std::move(promise)]() mutable {
        const ErasurePorts ports{*engine, erasing, erasing_parts(), record_no_more.get_token()};
        shop::start(api::record_erasures(ports, loop, std::move(erased)),
                    [this, promise = std::move(promise)](bool is_done) mutable {
                        if (!is_done)
                            log.warn("Not every erasure could be recorded; the next start does.");
                        promise.set_value();
                    });
    });
}

void Shop::Parts::tell_view(std::string_view view) {
    const auto gauge = [&](std::string_view name, std::string_view help, auto read) {
        metrics.ask(name, help, {{"view", std::string(view)}},
                    [read, projector = projectors->find(view)] {
                        return static_cast<double>(read(*projector));
                    });
    };
    using projections::Projector;
    gauge("shopverse_view_lag_seconds", "How long something durable is not in the view.",
          [](Projector& p) { return static_cast<double>(p.progress().age().us) / 1e6; });
    gauge("shopverse_view_dead_letters", "Records put aside, of all versions: an alarm.",
          [](Projector& p) { return p.dead_letters(); });
    gauge("shopverse_view_stopped_versions", "Versions that go on no further: an alarm.",
          [](Projector& p) { return p.stopped_versions(); });
}

// Read when somebody scrapes.
void Shop::Parts::tell_metrics() {
    const auto count = [&](std::string_view name, std::string_view help, auto read) {
        metrics.ask(name, help, {}, [read] { return static_cast<double>(read()); }, true);
    };
    const auto gauge = [&](std::string_view name, std::string_view help, auto read) {
        metrics.ask(name, help, {}, [read] { return static_cast<double>(read()); });
    };
    (void)damaged_keys(metrics);
    const EffectCounters& sent = effects->counters();
    count("shopverse_effects_sent_total", "Effects sent to providers and other streams.",
          [&sent] { return sent.effects_sent.load(); });
    count("shopverse_effects_unanswered_total", "Effects that came back without an answer.",
          [&sent] { return sent.effects_unanswered.load(); });
    count("shopverse_steps_recorded_total", "Steps of open streams that were recorded.",
          [&sent] { return sent.steps_recorded.load(); });
    count("shopverse_steps_failed_total", "Steps of open streams that were refused.",
          [&sent] { return sent.steps_failed.load(); });
    count("shopverse_carts_expired_total", "Carts that ended because nobody touched them.",
          [&sent] { return sent.carts_expired.load(); });
    count("shopverse_guests_forgotten_total",
          "Orders by phone that were never sold, and whose guests cannot be read any more.",
          [&sent] { return sent.guests_forgotten.load(); });
    count("shopverse_expiries_unreadable_total",
          "What is over and cannot expire, for it is damaged.",
          [&sent] { return sent.expiries_unreadable.load(); });
    count("shopverse_expiries_cut_off_total",
          "Looks for what is over which were given up; the next tries again.",
          [&sent] { return sent.expiries_cut_off.load(); });
    gauge("shopverse_open_streams",
          "Streams that owe something, or wait for a deadline or a person.",
          [&sent] { return sent.streams_followed.load(); });
    gauge("shopverse_effects_running", "Effects under way.",
          [&sent] { return sent.effects_running.load(); });
    gauge("shopverse_authorizations_expiring",
          "Payments whose authorization ends within a day, or has, and is needed: an alarm.",
          [this] { return attention.count(ConcernKind::kExpiring); });
    gauge("shopverse_attention_items", "Things an operator has to look at.",
          [this] { return attention.size(); });
    for (const std::string_view view :
         projectors ? projectors->names() : std::vector<std::string_view>())
        tell_view(view);
    gauge("shopverse_catalog_products", "Products in memory.",
          [this] { return catalog->product_count(); });
    gauge("shopverse_catalog_stopped", "1 while the catalog cannot be read on: an alarm.",
          [this] { return catalog->failure() ? 1 : 0; });
    gauge("shopverse_clock_sane", "0 while the wall clock is over a minute off.",
          [this] { return engine->clock_is_sane() ? 1 : 0; });
    for (const Partition partition : events->partitions().all())
        metrics.ask("shopverse_log_end_offset", "Durable entries of the log, by partition.",
                    {{"partition", partition.to_string()}},
                    [this, partition] { return static_cast<double>(log_ends->end(partition)); });
    count("shopverse_log_void_entries_total", "Entries of the log that do not count.",
          [this] { return engine->stats().void_entries; });
    count("shopverse_log_records_folded_total",
          "Records read from the log to bring the state up to date, most of them at the start.",
          [this] { return engine->stats().folded; });
    count("shopverse_log_doubts_total", "Times a partition had to read its log again.",
          [this] { return engine->stats().doubts; });
    count("shopverse_state_save_failures_total", "Failed saves of the state store.",
          [this] { return engine->stats().save_failures; });
    count("shopverse_broken_versions_total", "Events out of their stream's order: an alarm.",
          [this] { return engine->stats().broken_versions; });
}

Shop::Shop(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Shop::~Shop() {
    if (parts_) stop();
}

Result<std::unique_ptr<Shop>> Shop::open(const Settings& settings, const Clock& clock,
                                         Metrics& metrics, LogLines& log) {
    SHOP_TRY(folder, DataFolder::open(settings.data));
    auto parts =
        std::unique_ptr<Parts>(new Parts{settings, clock, metrics, log, std::move(folder)});
    SHOP_TRY_STATUS(parts->open_files());
    SHOP_TRY_STATUS(parts->open_engine());
    SHOP_TRY_STATUS(parts->open_views());
    parts->follow_others();
    SHOP_TRY(front,
             Front::make({*parts->engine, *parts->catalog, *parts->keys, parts->erasures,
                          parts->secrets, clock, *parts->staff_keys, parts->payment_limit, metrics,
                          log, *parts->log_ends, parts->projectors.get(), parts->view_worker.get(),
                          parts->event_log, parts->attention, settings}));
    parts->front = std::move(front);
    parts->make_effects();
    parts->tell_metrics();
    return std::unique_ptr<Shop>(new Shop(std::move(parts)));
}

Status Shop::start() {
    parts_->catalog->start();
    parts_->engine->start();
    parts_->started = true;
    if (parts_->projectors) SHOP_TRY_STATUS(parts_->projectors->start());
    if (parts_->tail) parts_->tail->start();
    parts_->front->main_loop().post([effects = parts_->effects.get()] { effects->start(); });
    parts_->bring_up_copies();
    parts_->record_erasures();
    parts_->destroy_expired_again();
    parts_->front->open();
    ProcessFile file{.address = address()};
    if (parts_->projectors) file.postgres = parts_->settings.postgres;
    return write_process_file(parts_->settings.data, "serve", std::move(file));
}

void Shop::stop() {
    if (!parts_->started) return;
    parts_->started = false;
    remove_process_file(parts_->settings.data, "serve");
    if (!parts_->front->drain(kDrain)) parts_->log.warn("Some requests did not end in time.");
    std::promise<void> idle;
    parts_->front->main_loop().post([&] {
        parts_->record_no_more.request_stop();
        parts_->effects->stop([&] { idle.set_value(); });
    });
    idle.get_future().wait();
    if (parts_->tail) parts_->tail->stop();
    if (parts_->projectors) parts_->projectors->stop();
    parts_->engine->stop();
    if (parts_->recorded.valid()) parts_->recorded.wait();
    parts_->catalog->stop();
    parts_->front->stop();
}

std::string Shop::address() const {
    return parts_->front->address();
}

}  // namespace shop::api
