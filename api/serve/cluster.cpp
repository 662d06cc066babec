#include "api/serve/cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <mutex>

#include "api/event_log.hpp"
#include "api/peers/http_peers.hpp"
#include "api/peers/peer_server.hpp"
#include "events/cluster/cluster_engine.hpp"
#include "events/cluster/hand_over.hpp"
#include "events/cluster/office_keeper.hpp"
#include "events/kafka/kafka_membership.hpp"

namespace shop::api {
namespace {

constexpr Duration kDrain = seconds(10);
constexpr std::string_view kAll = "all";
constexpr std::string_view kGroup = "group";

Result<std::unique_ptr<Membership>> membership_of(const Settings& settings,
                                                  const OfficeTopicOptions& topic) {
    if (settings.offices == kGroup) return make_kafka_membership(topic);
    std::vector<Partition> partitions;
    for (const Partition& each : listed_offices(settings.offices)) {
        const auto offices = offices_of(topic.partitions);
        if (std::ranges::find(offices, each) == offices.end())
            return fail(
                ErrorCode::kInvalid, "wrong-use",
                fmt::format("--offices names {}, which this log does not have.", each.to_string()));
        partitions.push_back(each);
    }
    return std::make_unique<FixedMembership>(std::move(partitions));
}

}  // namespace

bool is_one_of_several(const Settings& settings) {
    return settings.offices != kAll;
}

Status require_whole(const Settings& settings) {
    if (!is_one_of_several(settings)) {
        if (settings.peer_listen.empty()) return {};
        return fail(ErrorCode::kInvalid, "wrong-use",
                    "--peer-listen is for one of several processes: add --offices group.");
    }
    std::string missing;
    const auto need = [&](bool is_there, std::string_view what) {
        if (!is_there) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", what);
    };
    need(settings.log != "rocksdb", "--log kafka://host:port");
    need(!settings.keys.empty(), "--keys CONNINFO");
    need(!settings.peer_listen.empty(), "--peer-listen ADDRESS:PORT");
    // Nobody reaches a process at that address.
    const bool is_everywhere = settings.peer_listen.starts_with("0.0.0.0:");
    need(!is_everywhere || !settings.peer_address.empty(), "--peer-address ADDRESS:PORT");
    if (missing.empty()) return {};
    return fail(ErrorCode::kInvalid, "wrong-use",
                fmt::format("--offices {} is for one of several processes, which also needs {}.",
                            settings.offices, missing));
}

Result<PeerDoor> PeerDoor::open(const Settings& settings) {
    const std::size_t colon = settings.peer_listen.rfind(':');
    const std::string host = settings.peer_listen.substr(0, colon);
    const int port = std::stoi(settings.peer_listen.substr(colon + 1));
    SHOP_TRY(listener, http::Listener::bind(host, static_cast<std::uint16_t>(port)));
    const std::string bound = http::host_of(host) + ":" + std::to_string(listener.port());
    std::string address = settings.peer_address.empty() ? bound : settings.peer_address;
    return PeerDoor{std::move(listener), std::move(address)};
}

// In the order they are made; destroyed the other way round.
struct Cluster::Inside {
    const Parts parts;
    const std::string address;
    PeerSeal seal;
    OfficeTopicOptions topic;
    std::unique_ptr<OfficeKeeper> keeper = {};
    std::mutex mutex = {};
    std::unique_ptr<Announcements> announcements = {};  // guarded by mutex; from start() to stop()
    std::unique_ptr<HttpPeers> peers = {};
    std::unique_ptr<ClusterEngine> engine = {};
    std::unique_ptr<PeerHost> host = {};
    std::unique_ptr<PeerServer> server = {};
    std::unique_ptr<Membership> membership = {};
    bool is_joined = false;

    void make_keeper();
    void make_engine(http::Listener listener);
    void hand_over();
    void stop_announcements();
};

void Cluster::Inside::make_keeper() {
    keeper = std::make_unique<OfficeKeeper>(
        OfficeKeeper::Parts{.take = [this](Partition each) { parts.local.take_office(each); },
                            .leave = [this](Partition each) { parts.local.leave_office(each); },
                            .announce =
                                [this](const Owner& owner) {
                                    const std::lock_guard lock(mutex);
                                    if (announcements != nullptr) announcements->announce(owner);
                                },
                            .clock = parts.clock,
                            .address = address});
    parts.local.add_observer(*keeper);
}

void Cluster::Inside::make_engine(http::Listener listener) {
    const std::vector<http::Loop*> loops = parts.loops.all();
    peers =
        std::make_unique<HttpPeers>(seal, parts.clock, address, loops, PeerMeters(parts.metrics));
    engine = std::make_unique<ClusterEngine>(ClusterEngine::Parts{
        parts.local, *peers, parts.directory, parts.catalog, parts.clock, address});
    host = std::make_unique<PeerHost>(
        PeerHost::Parts{parts.local, parts.catalog, parts.directory, parts.local.slot_map(),
                        address, [this](Partition each) { return keeper->take_named(each); }});
    server = std::make_unique<PeerServer>(std::move(listener), loops,
                                          PeerServer::Parts{*host, seal, parts.clock, address});
}

// While all of it is served still; then it is left, whether somebody took it or not.
void Cluster::Inside::hand_over() {
    const std::vector<Owner> held = keeper->let_go();
    if (held.empty()) return;
    HandOver naming({*peers, parts.directory, parts.clock, address});
    std::promise<std::size_t> promise;
    http::Loop& loop = parts.loops.main();
    loop.post([&] {
        shop::start(naming.run(loop, held), [&](std::size_t taken) { promise.set_value(taken); });
    });
    const std::size_t taken = promise.get_future().get();
    parts.log.info("Partitions were handed over to other processes.",
                   {{"shop.handed_over", fmt::format("{} of {}", taken, held.size())}});
    std::vector<Partition> partitions;
    for (const Owner& owner : held) partitions.push_back(owner.partition);
    keeper->leave(partitions);
}

// Without the lock: they end when what they are telling has been heard, and that may be announced.
void Cluster::Inside::stop_announcements() {
    std::unique_ptr<Announcements> ending;
    const std::lock_guard lock(mutex);
    ending = std::exchange(announcements, nullptr);
}

Result<std::unique_ptr<Cluster>> Cluster::make(const Parts& parts, PeerDoor door,
                                               std::string_view secret) {
    SHOP_TRY(topic,
             office_topic({parts.settings.log, parts.settings.kafka_settings}, parts.partitions));
    topic.log = parts.local.identity().id;
    topic.alarm = [&log = parts.log](const Error& error) {
        log.failure("Partitions are not shared out as they should be", error);
    };
    auto inside = std::unique_ptr<Inside>(new Inside{
        parts, std::move(door.address), PeerSeal(secret, parts.local.identity().id), topic});
    SHOP_TRY(membership, membership_of(parts.settings, topic));
    inside->membership = std::move(membership);
    inside->make_keeper();
    inside->make_engine(std::move(door.listener));
    return std::unique_ptr<Cluster>(new Cluster(std::move(inside)));
}

Cluster::Cluster(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Cluster::~Cluster() = default;

Engine& Cluster::engine() {
    return *inside_->engine;
}

Task<Result<std::vector<std::string>>> Cluster::needed_tokens(Executor& home, Partition partition) {
    return inside_->engine->needed_tokens(home, partition);
}

Cluster::Counts Cluster::counts() const {
    Counts counts{.fights = inside_->keeper->fights()};
    if (inside_->server != nullptr) {
        counts.calls = inside_->server->calls();
        counts.refused = inside_->server->refused();
    }
    return counts;
}

Status Cluster::start() {
    inside_->server->start();
    SHOP_TRY(announcements, open_kafka_announcements(inside_->topic, [this](const Owner& owner) {
                 inside_->parts.directory.hear(owner);
                 inside_->keeper->hear(owner);
             }));
    {
        const std::lock_guard lock(inside_->mutex);
        inside_->announcements = std::move(announcements);
    }
    inside_->keeper->start();
    return {};
}

Status Cluster::join() {
    inside_->is_joined = true;
    return inside_->membership->join(*inside_->keeper);
}

void Cluster::quit() {
    if (!std::exchange(inside_->is_joined, false)) return;
    inside_->hand_over();
    inside_->membership->quit();
}

// A handler that nobody could wait for may still ask: engine() lives on, and tells it that nothing
// is served any more.
void Cluster::close() {
    inside_->server.reset();
    inside_->peers.reset();
    for (http::Loop* loop : inside_->parts.loops.all()) http::run_on(*loop, [] {});
}

void Cluster::stop() {
    inside_->keeper->stop();
    inside_->stop_announcements();
    inside_->engine->stop();
    inside_->parts.directory.stop();
    if (!inside_->server->drain(kDrain))
        inside_->parts.log.warn("Some calls of other processes did not end in time.");
}

}  // namespace shop::api
