#include "api/http/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "api/http/loop_thread.hpp"

namespace shop::http {
namespace {

constexpr int kBacklog = 1024;
constexpr int kAcceptedAtOnce = 64;

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::optional<Address> parse_address(const std::string& text, std::uint16_t port) {
    Address address;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        address.size = sizeof *v4;
        return address;
    }
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        address.size = sizeof *v6;
        return address;
    }
    return std::nullopt;
}

std::string remote_of(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v6 = address.storage.ss_family == AF_INET6;
    const void* raw = v6 ? static_cast<const void*>(
                               &reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_addr)
                         : &reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_addr;
    ::inet_ntop(v6 ? AF_INET6 : AF_INET, raw, text.data(), text.size());
    return text.data();
}

void refuse(int socket) {
    constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
        "Retry-After: 1\r\nConnection: close\r\nContent-Length: 109\r\n\r\n"
        R"({"type":"urn:shopverse:problem:too-busy","title":"Not possible right now",)"
        R"("status":503,"detail":"Come back."})";
    (void)::send(socket, kBusy.data(), kBusy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::close(socket);
}

}  // namespace

Result<Listener> Listener::bind(const std::string& address, std::uint16_t port) {
    const auto parsed = parse_address(address, port);
    if (!parsed)
        return fail(ErrorCode::kInvalid, "bad-address",
                    "\"" + address + "\" is no IPv4 or IPv6 address to listen on.");
    const int fd =
        ::socket(parsed->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || ::bind(fd, parsed->get(), parsed->size) != 0 || ::listen(fd, kBacklog) != 0) {
        const std::string why = std::strerror(errno);
        if (fd >= 0) ::close(fd);
        return fail(ErrorCode::kUnavailable, "cannot-listen",
                    "Cannot listen on " + address + " port " + std::to_string(port) + " (" + why +
                        "); choose another --port.");
    }
    return Listener(fd);
}

Listener::Listener(Listener&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

Listener::~Listener() {
    if (socket_ >= 0) ::close(socket_);
}

std::string host_of(const std::string& listen) {
    if (listen == "0.0.0.0") return "127.0.0.1";
    if (listen == "::") return "[::1]";
    return listen.find(':') == listen.npos ? listen : "[" + listen + "]";
}

std::uint16_t Listener::port() const {
    Address address;
    address.size = sizeof address.storage;
    ::getsockname(socket_, address.get(), &address.size);
    return ntohs(reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port);  // alike in IPv6
}

Server::Server(Listener listener, std::vector<Place> places, std::size_t connections_max)
    : listener_(std::move(listener)),
      places_(std::move(places)),
      connections_max_(connections_max) {}

void Server::start() {
    places_[0].loop->post([this] { wait(); });
}

void Server::wait() {
    if (!stopped_) places_[0].loop->when_readable(listener_.socket(), [this] { accept_some(); });
}

void Server::accept_some() {
    for (int i = 0; i < kAcceptedAtOnce; ++i) {
        Address peer;
        peer.size = sizeof peer.storage;
        const int fd =
            ::accept4(listener_.socket(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            hand_out(fd, remote_of(peer));
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) return wait();
        if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) continue;
        // Out of descriptors: those that wait get their turn when others have ended.
        return places_[0].loop->post_after(milliseconds(100), [this] { wait(); });
    }
    wait();
}

void Server::hand_out(int socket, std::string remote) {
    if (stopped_ || session_count() >= connections_max_) return refuse(socket);
    const Place& place = places_[next_++ % places_.size()];
    place.loop->post([sessions = place.sessions, socket, remote = std::move(remote)]() mutable {
        sessions->adopt(socket, std::move(remote));
    });
}

std::size_t Server::session_count() const {
    std::size_t count = 0;
    for (const Place& place : places_) count += place.sessions->count();
    return count;
}

bool Server::drain(Duration limit) {
    run_on(*places_[0].loop, [this] {
        stopped_ = true;
        places_[0].loop->forget(listener_.socket());
        ::shutdown(listener_.socket(), SHUT_RDWR);
    });
    for (const Place& place : places_) run_on(*place.loop, [&] { place.sessions->stop(); });
    if (wait_for_sessions(limit)) return true;
    for (const Place& place : places_) run_on(*place.loop, [&] { place.sessions->abort(); });
    return wait_for_sessions(limit);
}

bool Server::wait_for_sessions(Duration limit) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(limit.us);
    while (session_count() > 0) {
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace shop::http
