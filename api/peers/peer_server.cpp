#include "api/peers/peer_server.hpp"

#include <algorithm>

#include "api/http/loop_thread.hpp"
#include "api/peers/peer_head.hpp"
#include "events/cluster/peer_call.hpp"

namespace shop::api {
namespace {

constexpr std::size_t kConnectionsMax = 2'000;
constexpr Duration kPatienceMax = minutes(2);

http::SessionOptions session_options() {
    http::SessionOptions options;
    options.body_bytes_a_second = 256 << 10;  // of peers on the shop's own network
    return options;
}

}  // namespace

struct PeerServer::Lane {
    http::Loop& loop;
    std::unique_ptr<http::Dispatcher> dispatcher = {};
    std::unique_ptr<http::SessionSet> sessions = {};
};

PeerServer::PeerServer(http::Listener listener, std::vector<http::Loop*> loops, Parts parts)
    : parts_(std::move(parts)) {
    routes_.add({.method = http::Method::kPost,
                 .pattern = kPeerPath,
                 .summary = "Carries out what another process of the shop asks",
                 .tag = "peers",
                 .body = http::Schema{"", R"({"type":"string","format":"binary"})", {}},
                 .statuses = {200, 401},
                 .body_type = kPeerType,
                 .answer_type = kPeerType,
                 .body_bytes_max = kCallBytesMax + PeerSeal::kOverhead},
                [this](const http::Request& request) { return take(request); });
    std::vector<http::Place> places;
    for (http::Loop* loop : loops) {
        Lane& lane = *lanes_.emplace_back(std::make_unique<Lane>(Lane{*loop}));
        http::run_on(*loop, [&] {
            lane.dispatcher = std::make_unique<http::Dispatcher>(routes_, nullptr, nullptr);
            lane.sessions = std::make_unique<http::SessionSet>(lane.loop, *lane.dispatcher,
                                                               parts_.clock, session_options());
        });
        places.push_back({&lane.loop, lane.sessions.get()});
    }
    server_ =
        std::make_unique<http::Server>(std::move(listener), std::move(places), kConnectionsMax);
}

PeerServer::~PeerServer() {
    for (const auto& lane : lanes_) http::run_on(lane->loop, [&] { lane->sessions.reset(); });
}

void PeerServer::start() {
    server_->start();
}

bool PeerServer::drain(Duration limit) {
    return server_->drain(limit);
}

Task<http::Response> PeerServer::take(const http::Request& request) {
    const auto head = head_of(request, parts_.address);
    const auto call = head ? parts_.seal.open_call(*head, request.body, parts_.clock.now())
                           : Result<std::string>(fail(ErrorCode::kInvalid, "bad-peer", ""));
    if (!call) {
        ++refused_;
        co_return http::Response{.status = 401, .content_type = kPeerType};
    }
    ++calls_;
    const Duration patience = std::min(head->patience, kPatienceMax);
    const std::string answer = co_await parts_.host.answer(*request.home, *call, patience);
    co_return http::Response{
        .content_type = kPeerType,
        .body = parts_.seal.seal_answer(PeerSeal::name_of(request.body), answer)};
}

}  // namespace shop::api
