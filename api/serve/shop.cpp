#include "api/serve/shop.hpp"

#include <cstring>
#include <future>

#include "api/process_file.hpp"
#include "api/serve/data_folder.hpp"
#include "api/serve/front.hpp"
#include "api/staff_keys.hpp"
#include "core/any_command.hpp"
#include "core/base/digest.hpp"
#include "core/catalog/catalog.hpp"
#include "events/effects/runner.hpp"
#include "events/keys/key_store.hpp"
#include "events/local_engine.hpp"
#include "events/rocksdb/rocksdb_log.hpp"
#include "events/rocksdb/rocksdb_state_store.hpp"
#include "projections/migrate.hpp"
#include "projections/postgres/database.hpp"

namespace shop::api {
namespace {

constexpr Duration kDrain = seconds(10);

// A shop without products, until the fold of the catalog takes its place.
class NoProducts final : public Catalog {
  public:
    std::shared_ptr<const CatalogProduct> find_product(const ProductId&) const override {
        return nullptr;
    }
    std::shared_ptr<const CatalogProduct> find_sku(std::string_view) const override {
        return nullptr;
    }
    std::shared_ptr<const CatalogSettings> settings() const override { return settings_; }

  private:
    std::shared_ptr<const CatalogSettings> settings_ = std::make_shared<CatalogSettings>();
};

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
    std::unique_ptr<StaffKeys> staff_keys = {};
    std::unique_ptr<RocksDbLog> events = {};
    std::unique_ptr<StateStore> states = {};
    NoProducts catalog = {};
    std::unique_ptr<LocalEngine> engine = {};
    std::unique_ptr<Front> front = {};
    std::unique_ptr<EffectRunner> effects = {};
    bool started = false;

    Status open_files();
    Status open_engine();
    Status open_views();
    void make_effects();
};

Status Shop::Parts::open_files() {
    const auto& data = folder.path();
    SHOP_TRY(loaded, load_secrets(data, folder.if_missing()));
    secrets = std::move(loaded);
    SHOP_TRY(key_store, KeyStore::open(data / "keys", folder.if_missing()));
    keys = std::move(key_store);
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
    SHOP_TRY(opened, RocksDbLog::open({.folder = data / "log", .partitions = {}}));
    events = std::move(opened);
    SHOP_TRY(store, open_rocksdb_state_store({.folder = data / "state"}));
    states = std::move(store);
    EngineOptions options{.address = "local"};
    options.limits.hot_streams = static_cast<std::size_t>(settings.hot_streams);
    SHOP_TRY(office, LocalEngine::open({*events, *states, clock, catalog, &decide_any}, options));
    engine = std::move(office);
    return {};
}

Status Shop::Parts::open_views() {
    if (settings.postgres.empty()) return {};
    SHOP_TRY(database, postgres::Database::connect(settings.postgres));
    SHOP_TRY(applied, projections::migrate(database));
    for (const std::string& name : applied)
        log.info("A migration was applied.", {{"event.action", name}});
    return {};
}

void Shop::Parts::make_effects() {
    EffectPorts ports;
    ports.call_provider = [this](EffectId id, AnyCall call) {
        return front->perform(id, std::move(call));
    };
    ports.end_token = [this](const std::string& key) {
        if (const Status ended = keys->destroy_soon(key); !ended)
            log.failure("A payment token's key could not be destroyed.", ended.error());
    };
    EffectOptions options;
    options.seed = random_seed();
    effects = std::make_unique<EffectRunner>(*engine, front->main_loop(), clock, engine->slot_map(),
                                             std::move(ports), options);
    engine->add_observer(*effects);
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
    SHOP_TRY(front, Front::make({*parts->engine, parts->catalog, *parts->keys, parts->secrets,
                                 clock, *parts->staff_keys, metrics, log, nullptr, settings}));
    parts->front = std::move(front);
    parts->make_effects();
    return std::unique_ptr<Shop>(new Shop(std::move(parts)));
}

Status Shop::start() {
    parts_->engine->start();
    parts_->started = true;
    parts_->front->main_loop().post([effects = parts_->effects.get()] { effects->start(); });
    parts_->front->open();
    return write_process_file(parts_->settings.data, "serve", address());
}

void Shop::stop() {
    if (!parts_->started) return;
    parts_->started = false;
    remove_process_file(parts_->settings.data, "serve");
    if (!parts_->front->drain(kDrain)) parts_->log.warn("Some requests did not end in time.");
    std::promise<void> idle;
    parts_->front->main_loop().post([&] { parts_->effects->stop([&] { idle.set_value(); }); });
    idle.get_future().wait();
    parts_->engine->stop();
    parts_->front->stop();
}

std::string Shop::address() const {
    return parts_->front->address();
}

}  // namespace shop::api
