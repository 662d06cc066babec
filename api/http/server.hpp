// Listens, and hands connections to the loops in turn.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "api/http/session_set.hpp"
#include "core/base/result.hpp"

namespace shop::http {

struct ServerOptions {
    std::string listen = "127.0.0.1";  // an IPv4 or IPv6 address
    std::uint16_t port = 8080;         // 0: any that is free
    std::size_t connections_max = 8'000;
    SessionOptions session;
};

// Where connections go: a loop, and the set of its sessions.
struct Place {
    Loop* loop = nullptr;
    SessionSet* sessions = nullptr;
};

class Server {
  public:
    // Binds, and refuses with one clear sentence if it cannot. Accepts nothing yet.
    static Result<std::unique_ptr<Server>> listen(std::vector<Place> places, ServerOptions options);
    ~Server();

    std::uint16_t port() const { return port_; }

    // Accepts from now on; on the first place's loop. Thread-safe.
    void start();

    // Accepts no more, lets what is under way end, and insists after `limit`. True once no session
    // is left; false if handlers still wait after twice that. Not on a loop's thread.
    bool drain(Duration limit);

  private:
    Server(int socket, std::uint16_t port, std::vector<Place> places, ServerOptions options);
    void wait();
    void accept_some();
    void hand_out(int socket, std::string remote);
    std::size_t session_count() const;
    bool wait_for_sessions(Duration limit) const;

    const int socket_;
    const std::uint16_t port_;
    const std::vector<Place> places_;
    const ServerOptions options_;
    std::size_t next_ = 0;
    bool stopped_ = false;  // the first loop's
};

}  // namespace shop::http
