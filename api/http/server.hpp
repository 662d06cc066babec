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

// A socket that listens.
class Listener {
  public:
    // `address` is IPv4 or IPv6; port 0 takes any that is free. Refuses with one clear sentence.
    static Result<Listener> bind(const std::string& address, std::uint16_t port);
    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&&) = delete;
    ~Listener();

    std::uint16_t port() const;
    int socket() const { return socket_; }

  private:
    explicit Listener(int socket) : socket_(socket) {}
    int socket_;
};

// Under which host a program on this machine reaches who listens there: "127.0.0.1" for "0.0.0.0",
// IPv6 in brackets.
std::string host_of(const std::string& listen);

// Where connections go: a loop, and the set of its sessions.
struct Place {
    Loop* loop = nullptr;
    SessionSet* sessions = nullptr;
};

class Server {
  public:
    static constexpr std::size_t kConnectionsMax = 8'000;

    // Accepts nothing yet.
    Server(Listener listener, std::vector<Place> places,
           std::size_t connections_max = kConnectionsMax);

    std::uint16_t port() const { return listener_.port(); }

    // Accepts from now on; on the first place's loop. Thread-safe.
    void start();

    // Accepts no more, lets what is under way end, and insists after `limit`. True once no session
    // is left; false if handlers still wait after twice that. Not on a loop's thread.
    bool drain(Duration limit);

  private:
    void wait();
    void accept_some();
    void hand_out(int socket, std::string remote);
    std::size_t session_count() const;
    bool wait_for_sessions(Duration limit) const;

    const Listener listener_;
    const std::vector<Place> places_;
    const std::size_t connections_max_;
    std::size_t next_ = 0;
    bool stopped_ = false;  // the first loop's
};

}  // namespace shop::http
