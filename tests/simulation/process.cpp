#include "tests/simulation/process.hpp"

#include <catch2/catch.hpp>

namespace shop::simulation {
namespace {

constexpr Duration kTick = seconds(1);
constexpr Duration kTail = milliseconds(50);

}  // namespace

Peering::Peering(Ground& all, LocalEngine& local, CatalogFold& catalog, const SlotMap& map,
                 Executor& loop, const std::string& own)
    : ground(all),
      address(own),
      engine({local, *all.peers, directory, catalog, all.clock, own}, all.cluster),
      host({local, catalog, directory, map, own}) {
    ground.peers->join(address, host, loop);
}

void Peering::on_office(Partition partition, const Term& term, bool is_held) {
    if (!is_held) return;
    const Owner owner{partition, term.number, address};
    directory.hear(owner);
    ground.announce(owner);
}

void Peering::stop() {
    engine.stop();
    ground.peers->leave(address);
    directory.stop();
}

Process::Process(Ground& ground, std::shared_ptr<DiskStore> store, std::string address)
    : ground_(ground),
      store_(std::move(store)),
      address_(std::move(address)),
      loop_(ground.clock),
      log_(ground.log.connect()),
      map_(log_->partitions()) {
    open_engine();
    start_runner();
    tick();
    if (peering_) tail_catalog();
}

// As api/serve/shop.cpp does it.
void Process::open_engine() {
    catalog_ = std::make_unique<CatalogFold>(*log_);
    REQUIRE(catalog_->load(*store_));
    EngineOptions options = ground_.engine;
    options.address = address_;
    if (ground_.peers != nullptr) {
        options.takes_all = false;
        options.proof_life = Duration{1};  // so that whoever is asked looks first
    }
    auto opened = LocalEngine::open({*log_, *store_, ground_.clock, *catalog_, ground_.decide,
                                     [&](std::size_t count) { return ground_.dice.bytes(count); }},
                                    options);
    INFO((opened ? std::string() : opened.error().message));
    REQUIRE(opened);
    engine_ = std::move(*opened);
    engine_->add_observer(*catalog_);
    if (ground_.peers != nullptr) {
        peering_ = std::make_unique<Peering>(ground_, *engine_, *catalog_, map_, loop_, address_);
        engine_->add_observer(*peering_);
    }
    while (!catalog_->catch_up()) {
    }
}

void Process::start_runner() {
    EffectPorts ports{[this](EffectId key, AnyCall call) { return call_provider(key, call); },
                      {[](const auto&) {}, [](const auto&) {}},
                      attention_,
                      [](const auto&) { return ready(true); }};
    EffectOptions options = ground_.effects;
    options.seed = ground_.dice.next();
    runner_ = std::make_unique<EffectRunner>(EffectEngines{*engine_, engine()}, loop_,
                                             ground_.clock, map_, std::move(ports), options);
    engine_->add_observer(*runner_);
    runner_->start();
}

Process::~Process() {
    if (is_alive_) kill();
}

void Process::tick() {
    wants_begin_ = true;
    loop_.post_after(kTick, [this] {
        if (is_alive_) tick();
    });
}

// The catalog has a thread of its own, which may be held up.
void Process::read_catalog() {
    is_reading_ = true;
    const Duration longest = ground_.dice.chance(200) ? seconds(1) : milliseconds(5);
    loop_.post_after(ground_.dice.between({0}, longest), [this] {
        is_reading_ = false;
        if (is_alive_) catalog_->step();
    });
}

// As events/log_tail.hpp does it, of partitions that are served elsewhere.
void Process::tail_catalog() {
    for (const Partition partition : map_.partitions().all())
        if (partition.topic == Topic::kCatalog && !engine_->serves(partition))
            catalog_->on_advance(partition, log_->end(partition).value());
    loop_.post_after(kTail, [this] {
        if (is_alive_) tail_catalog();
    });
}

bool Process::is_idle() const {
    return loop_.is_idle() && !is_appending_ && !engine_->has_work();
}

bool Process::step() {
    if (!is_reading_ && catalog_->is_behind()) read_catalog();
    if (is_appending_ && ground_.dice.chance(150)) {
        engine_->finish();
        is_appending_ = false;
        return true;
    }
    if ((wants_begin_ || engine_->has_work()) && ground_.dice.chance(400)) {
        wants_begin_ = false;
        is_appending_ = engine_->begin();
        return true;
    }
    if (ground_.dice.chance(50) && engine_->save_step()) return true;
    if (peering_ && ground_.dice.chance(200) && engine_->warm_step()) return true;
    if (loop_.step()) return true;
    return is_appending_ || wants_begin_ || engine_->has_work() || engine_->save_step() ||
           engine_->warm_step();
}

// Everything that waits in it is woken so that its coroutines end; none of them reaches the world.
void Process::kill() {
    is_alive_ = false;
    log_->cut_off(ground_.dice.chance(500));
    bool is_stopped = false;
    runner_->stop([&] { is_stopped = true; });
    if (peering_) peering_->stop();
    engine_->halt();
    catalog_->stop();
    for (auto& [id, resume] : std::exchange(calls_, {}))
        resume({payment::ResultUnknown{payment::Operation::kQuery}, {}, {}});
    while (loop_.step()) {
    }
    SHOP_ASSERT(is_stopped);
    runner_.reset();
    peering_.reset();
    engine_.reset();
    catalog_.reset();
}

Task<payment::ProviderResult> Process::call_provider(EffectId key, AnyCall call) {
    if (ground_.fresh_keys)
        key = EffectId::derive(key.slot(), {"fresh", std::to_string(ground_.dice.next())});
    if (!is_alive_) co_return payment::ProviderResult{payment::ResultUnknown{}, {}, {}};
    co_return co_await callback<payment::ProviderResult>([this, key, call](auto resume) {
        const int id = ++last_call_;
        calls_.emplace(id, std::move(resume));
        ground_.provider.perform(key, call, [this, id](payment::ProviderResult result) {
            if (!is_alive_) return;
            loop_.post([this, id, result = std::move(result)]() mutable {
                answered(id, std::move(result));
            });
        });
    });
}

void Process::answered(int call, payment::ProviderResult result) {
    const auto at = calls_.find(call);
    if (at == calls_.end()) return;
    auto resume = std::move(at->second);
    calls_.erase(at);
    resume(std::move(result));
}

}  // namespace shop::simulation
