#include "api/peers/http_peers.hpp"

#include <algorithm>

#include "api/http/loop_thread.hpp"
#include "api/peers/peer_head.hpp"
#include "core/base/assert.hpp"
#include "events/cluster/peer_call.hpp"

namespace shop::api {
namespace {

constexpr std::size_t kCallConnections = 32;  // to each process, of each loop
constexpr std::size_t kWaitConnections = 256;
constexpr Duration kOnTheWay = milliseconds(500);  // beyond the patience of who answers

HttpClientOptions options_for(std::size_t connections) {
    return {.connections_max = connections,
            .answer_bytes_max = kAnswerBytesMax + PeerSeal::kOverhead};
}

}  // namespace

HttpPeers::HttpPeers(const PeerSeal& seal, const Clock& clock, std::string address,
                     std::vector<http::Loop*> loops, PeerMeters meters)
    : seal_(seal), clock_(clock), address_(std::move(address)), meters_(meters) {
    for (http::Loop* loop : loops) lanes_.push_back(std::make_unique<Lane>(Lane{loop}));
}

HttpPeers::~HttpPeers() {
    for (const auto& lane : lanes_) http::run_on(*lane->loop, [&] { lane->peers.clear(); });
}

HttpClient& HttpPeers::client_to(Executor& home, const std::string& address, CallKind kind) {
    const auto lane = std::ranges::find_if(
        lanes_, [&](const auto& each) { return static_cast<Executor*>(each->loop) == &home; });
    SHOP_ASSERT(lane != lanes_.end());
    http::Loop& loop = *(*lane)->loop;
    Clients& clients = (*lane)->peers[address];
    const bool is_wait = kind == CallKind::kWait;
    std::unique_ptr<HttpClient>& client = is_wait ? clients.waits : clients.calls;
    if (client == nullptr)
        client = std::make_unique<HttpClient>(
            loop, loop, [address]() -> Result<std::string> { return address; },
            options_for(is_wait ? kWaitConnections : kCallConnections));
    return *client;
}

Task<std::expected<std::string, SendFailure>> HttpPeers::send(Executor& home, std::string address,
                                                              CallKind kind, std::string call,
                                                              Duration patience) {
    const Duration asked_at = clock_.steady();
    Reply reply = co_await exchange(home, std::move(address), kind, std::move(call), patience);
    count(kind, clock_.steady() - asked_at, reply);
    co_return std::move(reply);
}

void HttpPeers::count(CallKind kind, Duration took, const Reply& reply) {
    if (!reply)
        return (reply.error() == SendFailure::kNotSent ? meters_.not_sent : meters_.unanswered)
            .add();
    meters_.answered.add();
    if (kind == CallKind::kCall) meters_.took.observe(took);
}

Task<HttpPeers::Reply> HttpPeers::exchange(Executor& home, std::string address, CallKind kind,
                                           std::string call, Duration patience) {
    const PeerHead head{address, address_, clock_.now(), patience};
    HttpCall http{.method = "POST",
                  .target = std::string(kPeerPath),
                  .headers = headers_of(head),
                  .body = seal_.seal_call(head, call),
                  .timeout = patience + kOnTheWay};
    const std::string name(PeerSeal::name_of(http.body));
    const auto operation = [&](auto resume) {
        client_to(home, address, kind).send(std::move(http), std::move(resume));
    };
    const auto answer = co_await callback<Result<HttpAnswer>>(operation);
    if (!answer && answer.error().type == "not-sent")
        co_return std::unexpected(SendFailure::kNotSent);
    // A status alone says nothing: anybody on the way may have written it.
    if (!answer || answer->status != 200) co_return std::unexpected(SendFailure::kNoAnswer);
    auto opened = seal_.open_answer(name, answer->body);
    if (!opened) co_return std::unexpected(SendFailure::kNoAnswer);
    co_return std::move(*opened);
}

}  // namespace shop::api
