// Calls to other processes of the shop over HTTP/1.1: connections kept alive, bodies sealed
// (peer_seal.hpp).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/http/http_client.hpp"
#include "api/http/loop.hpp"
#include "api/peers/peer_meters.hpp"
#include "api/peers/peer_seal.hpp"
#include "events/cluster/peers.hpp"

namespace shop::api {

// send() from any of its loops, for tasks of that loop.
class HttpPeers final : public Peers {
  public:
    // All of it outlives the object. `address` is this process's own, as directories name it.
    HttpPeers(const PeerSeal& seal, const Clock& clock, std::string address,
              std::vector<http::Loop*> loops, PeerMeters meters);
    // While the loops run, and not on one of them. Calls under way end unanswered, so whoever would
    // send them again has stopped (ClusterEngine::stop).
    ~HttpPeers() override;

    Task<std::expected<std::string, SendFailure>> send(Executor& home, std::string address,
                                                       CallKind kind, std::string call,
                                                       Duration patience) override;

  private:
    using Reply = std::expected<std::string, SendFailure>;
    Task<Reply> exchange(Executor& home, std::string address, CallKind kind, std::string call,
                         Duration patience);
    // Calls that wait for a change hold their connection for seconds, and stand in nobody's way.
    struct Clients {
        std::unique_ptr<HttpClient> calls;
        std::unique_ptr<HttpClient> waits;
    };
    struct Lane {
        http::Loop* loop = nullptr;
        std::map<std::string, Clients> peers = {};  // by address; the loop's thread alone
    };
    void count(CallKind kind, Duration took, const Reply& reply);
    HttpClient& client_to(Executor& home, const std::string& address, CallKind kind);

    const PeerSeal& seal_;
    const Clock& clock_;
    const std::string address_;
    PeerMeters meters_;
    std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace shop::api
