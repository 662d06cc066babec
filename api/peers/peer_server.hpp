// Where other processes of the shop call this one: a listener of its own, so that it can stand on a
// network that no shopper reaches. Whoever does not hold the shop's secret hears 401, and nothing
// else.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "api/http/loop.hpp"
#include "api/http/server.hpp"
#include "api/peers/peer_seal.hpp"
#include "events/cluster/peer_host.hpp"

namespace shop::api {

class PeerServer {
  public:
    // All of it outlives the server.
    struct Parts {
        PeerHost& host;
        const PeerSeal& seal;
        const Clock& clock;
        std::string address;  // of this process, as directories name it
    };

    // Accepts nothing before start().
    PeerServer(http::Listener listener, std::vector<http::Loop*> loops, Parts parts);
    // While the loops run, and not on one of them; after drain().
    ~PeerServer();

    void start();
    // Accepts no more and waits for what is under way. True if all of it has ended.
    bool drain(Duration limit);

    std::uint64_t calls() const { return calls_; }
    // Calls that this shop's processes did not seal, or over a minute ago: an alarm.
    std::uint64_t refused() const { return refused_; }

  private:
    struct Lane;
    Task<http::Response> take(const http::Request& request);

    const Parts parts_;
    std::atomic<std::uint64_t> calls_ = 0;
    std::atomic<std::uint64_t> refused_ = 0;
    http::Routes routes_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace shop::api
