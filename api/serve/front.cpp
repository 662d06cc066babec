#include "api/serve/front.hpp"

#include "api/endpoints/all.hpp"
#include "api/payments/providers.hpp"
#include "api/request_witness.hpp"
#include "api/serve/cluster.hpp"
#include "api/staff_gate.hpp"
#include "core/base/assert.hpp"
#include "events/catalog/catalog_fold.hpp"
#include "events/keys/key_store.hpp"
#include "projections/page_cache.hpp"
#include "projections/postgres/pipeline.hpp"
#include "projections/projectors.hpp"
#include "projections/storefront/reader.hpp"
#include "projections/storefront/storefront.hpp"

namespace shop::api {
namespace {

constexpr std::size_t kPageCacheBytes = 64 << 20;  // of each loop

}  // namespace

// One loop, and what lives on it, in the order it is made.
struct Front::Lane {
    http::Loop& loop;
    projections::Projector* projector = nullptr;  // of the storefront
    std::unique_ptr<postgres::Pipeline> reads = {};
    std::unique_ptr<projections::storefront::Reader> storefront = {};
    std::unique_ptr<projections::PageCache> pages = {};
    std::unique_ptr<payments::Providers> providers = {};
    std::unique_ptr<Services> services = {};
    http::Routes routes = {};
    std::unique_ptr<StaffGate> gate = {};
    std::unique_ptr<RequestWitness> witness = {};
    std::unique_ptr<http::Dispatcher> dispatcher = {};
    std::unique_ptr<http::SessionSet> sessions = {};

    void fill_views(const Shared& shared) {
        projector = shared.views->find(projections::storefront::kViewName);
        reads = std::make_unique<postgres::Pipeline>(
            postgres::PipelineLoop{loop, loop, shared.clock},
            postgres::PipelineOptions{.conninfo = shared.settings.postgres});
        const projections::Generations& generations = projector->generations();
        storefront = std::make_unique<projections::storefront::Reader>(*reads, generations);
        pages = std::make_unique<projections::PageCache>(
            generations, shared.settings.no_page_cache ? 0 : kPageCacheBytes);
    }

    void fill(const Shared& shared, const std::string& origin) {
        if (shared.views != nullptr) fill_views(shared);
        providers = std::make_unique<payments::Providers>(
            payments::make_providers({loop, loop, shared.keys, shared.settings}));
        services = std::make_unique<Services>(Services{
            .home = loop,
            .watcher = loop,
            .engine = shared.engine,
            .catalog = shared.catalog,
            .catalog_fold = shared.catalog,
            .keys = shared.keys,
            .erasures = shared.erasures,
            .secrets = shared.secrets,
            .clock = shared.clock,
            .staff_keys = shared.staff_keys,
            .metrics = shared.metrics,
            .log = shared.log,
            .log_ends = shared.log_ends,
            .attention = shared.attention,
            .cluster_status = shared.cluster_status,
            .reads = reads.get(),
            .storefront = storefront.get(),
            .pages = pages.get(),
            .projector = projector,
            .views = shared.views,
            .view_worker = shared.view_worker,
            .providers = *providers,
            .payment_limit = shared.payment_limit,
            .payment_time = seconds(shared.settings.payment_time),
            .data = shared.settings.data,
            .backups = shared.settings.backups,
            .origin = origin,
            .event_log = shared.events.log.get(),
            .embedded_log = shared.events.embedded,
            .is_one_of_several = is_one_of_several(shared.settings),
        });
        add_all_routes(routes, *services);
        gate = std::make_unique<StaffGate>(shared.staff_keys, shared.clock,
                                           shared.settings.key_guesses);
        witness = std::make_unique<RequestWitness>(routes, shared.metrics, shared.log,
                                                   shared.settings.access_log);
        dispatcher = std::make_unique<http::Dispatcher>(routes, gate.get(), witness.get());
        sessions = std::make_unique<http::SessionSet>(loop, *dispatcher, shared.clock,
                                                      http::SessionOptions{});
    }

    void empty() {
        sessions.reset();
        providers.reset();
        storefront.reset();
        reads.reset();
    }
};

Result<std::unique_ptr<Front>> Front::make(const Shared& shared, const Loops& loops) {
    std::unique_ptr<Front> front(new Front);
    const Settings& settings = shared.settings;
    for (http::Loop* loop : loops.all())
        front->lanes_.push_back(std::make_unique<Lane>(Lane{*loop}));
    std::vector<http::Place> places;
    // The server binds before the lanes are filled: their links name its port.
    SHOP_TRY(listener,
             http::Listener::bind(settings.listen, static_cast<std::uint16_t>(settings.port)));
    front->host_ = http::host_of(settings.listen);
    const std::string address = "http://" + front->host_ + ":" + std::to_string(listener.port());
    const std::string origin = settings.origin.empty() ? address : settings.origin;
    for (const auto& lane : front->lanes_) {
        http::run_on(lane->loop, [&] { lane->fill(shared, origin); });
        places.push_back({&lane->loop, lane->sessions.get()});
    }
    front->server_ = std::make_unique<http::Server>(std::move(listener), std::move(places));
    return front;
}

Front::~Front() {
    stop();
}

Task<payment::ProviderResult> Front::perform(EffectId key, AnyCall call) {
    payments::ProviderCall provider_call = std::visit(
        []<class Call>(Call& each) -> payments::ProviderCall {
            if constexpr (std::is_constructible_v<payments::ProviderCall, Call>)
                return std::move(each);
            else
                assertion_failed("only calls to providers come here");
        },
        call);
    return lanes_.front()->providers->perform(key, std::move(provider_call));
}

std::string Front::address() const {
    return "http://" + host_ + ":" + std::to_string(server_->port());
}

void Front::open() {
    server_->start();
}

bool Front::drain(Duration limit) {
    return server_->drain(limit);
}

// A session that still waits for its handler cannot be taken apart: its lane is left as it is, for
// the process ends anyway.
void Front::stop() {
    for (auto& lane : lanes_) {
        const bool is_stuck = lane->sessions && lane->sessions->count() > 0;
        if (is_stuck)
            (void)lane.release();
        else if (lane->sessions)
            http::run_on(lane->loop, [&] { lane->empty(); });
    }
    lanes_.clear();
}

}  // namespace shop::api
