#include "api/http/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace shop {
namespace {

constexpr Duration kTick = milliseconds(100);

Error not_sent(std::string_view why) {
    return {ErrorCode::kUnavailable, "not-sent",
            "The other side cannot be reached (" + std::string(why) + "); try again."};
}

Error no_answer(std::string_view why) {
    return {ErrorCode::kUnavailable, "no-answer",
            "The other side gave no answer (" + std::string(why) + "); ask again."};
}

std::optional<sockaddr_in> parse_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data() + colon + 1, end, port).ptr != end) return std::nullopt;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1)
        return std::nullopt;
    return address;
}

std::string request_bytes(const HttpCall& call) {
    std::string bytes;
    bytes.reserve(call.target.size() + call.headers.size() + call.body.size() + 128);
    bytes += call.method;
    bytes += ' ';
    bytes += call.target;
    bytes += " HTTP/1.1\r\nHost: localhost\r\n";
    bytes += call.headers;
    if (!call.body.empty() || call.method != "GET")
        bytes += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
    bytes += "\r\n";
    bytes += call.body;
    return bytes;
}

// False if the other side has closed the connection while it was idle, or sent what nobody asked
// for: better noticed before a request goes out on it.
bool is_open(int fd) {
    char byte = 0;
    const ssize_t n = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n < 0 && errno == EAGAIN;
}

std::chrono::microseconds chrono_of(Duration duration) {
    return std::chrono::microseconds(duration.us);
}

}  // namespace

HttpClient::HttpClient(FdWatcher& watcher, Executor& executor, Locate locate,
                       HttpClientOptions options)
    : watcher_(watcher), executor_(executor), locate_(std::move(locate)), options_(options) {}

HttpClient::~HttpClient() {
    *alive_ = false;
    std::deque<Pending> unfinished = std::move(waiting_);
    for (const auto& connection : connections_) {
        watcher_.forget(connection->fd);
        ::close(connection->fd);
        if (connection->pending.done) unfinished.push_back(std::move(connection->pending));
    }
    for (Pending& pending : unfinished)
        pending.done(std::unexpected(no_answer("the client was closed")));
}

void HttpClient::send(HttpCall call, Done done) {
    const Duration timeout = call.timeout.value_or(options_.timeout);
    Pending pending{request_bytes(call), std::move(done),
                    std::chrono::steady_clock::now() + chrono_of(timeout)};
    // Posted, so that `done` is never called inside send(), whatever fails.
    executor_.post([this, alive = alive_, p = std::move(pending)]() mutable {
        if (*alive)
            assign(std::move(p));
        else
            p.done(std::unexpected(not_sent("the client was closed")));
    });
}

void HttpClient::assign(Pending pending) {
    start_ticking();
    while (!idle_.empty()) {
        Connection* connection = idle_.back();
        idle_.pop_back();
        if (is_open(connection->fd)) return begin(*connection, std::move(pending));
        close(*connection);
    }
    if (connections_.size() >= options_.connections_max) {
        if (waiting_.size() >= options_.waiting_max)
            return pending.done(std::unexpected(not_sent("too many calls are waiting")));
        waiting_.push_back(std::move(pending));
        return;
    }
    const auto connection = connect();
    if (!connection) return pending.done(std::unexpected(connection.error()));
    (*connection)->pending = std::move(pending);
}

Result<HttpClient::Connection*> HttpClient::connect() {
    SHOP_TRY(text, locate_());
    const auto address = parse_address(text);
    if (!address) return std::unexpected(not_sent("\"" + text + "\" is no address"));
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return std::unexpected(not_sent("no socket is left"));
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* generic = reinterpret_cast<const sockaddr*>(&*address);
    if (::connect(fd, generic, sizeof *address) != 0 && errno != EINPROGRESS) {
        ::close(fd);
        return std::unexpected(not_sent("connection refused"));
    }
    Connection* connection = connections_.emplace_back(std::make_unique<Connection>()).get();
    connection->fd = fd;
    watcher_.when_writable(fd, [this, connection] {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0)
            return end_call(*connection, std::unexpected(not_sent("connection refused")), false);
        begin(*connection, std::move(connection->pending));
    });
    return connection;
}

void HttpClient::begin(Connection& connection, Pending pending) {
    connection.pending = std::move(pending);
    connection.is_connected = true;
    connection.written = 0;
    connection.received.clear();
    write(connection);
}

void HttpClient::write(Connection& connection) {
    const std::string& bytes = connection.pending.bytes;
    while (connection.written < bytes.size()) {
        const ssize_t n = ::send(connection.fd, bytes.data() + connection.written,
                                 bytes.size() - connection.written, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN)
            return watcher_.when_writable(connection.fd,
                                          [this, &connection] { write(connection); });
        if (n < 0) return end_call(connection, std::unexpected(no_answer("broken off")), false);
        connection.written += static_cast<std::size_t>(n);
    }
    watcher_.when_readable(connection.fd, [this, &connection] { read(connection); });
}

void HttpClient::read(Connection& connection) {
    char piece[16 * 1024];
    ssize_t n = 0;
    do n = ::recv(connection.fd, piece, sizeof piece, 0);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return watcher_.when_readable(connection.fd, [this, &connection] { read(connection); });
    if (n <= 0) return end_call(connection, std::unexpected(no_answer("broken off")), false);
    connection.received.append(piece, static_cast<std::size_t>(n));
    take_received(connection);
}

void HttpClient::take_received(Connection& connection) {
    auto parsed = parse_http_answer(connection.received, options_.answer_bytes_max);
    if (!parsed)
        return end_call(connection, std::unexpected(no_answer(parsed.error().message)), false);
    if (!*parsed)
        return watcher_.when_readable(connection.fd, [this, &connection] { read(connection); });
    // Bytes behind the answer belong to nothing we asked.
    const bool keep = (*parsed)->keep_alive && (*parsed)->length == connection.received.size();
    end_call(connection, std::move((*parsed)->answer), keep);
}

void HttpClient::end_call(Connection& connection, Result<HttpAnswer> result, bool keep) {
    Done done = std::move(connection.pending.done);
    connection.pending = {};
    if (keep) {
        connection.idle_since = std::chrono::steady_clock::now();
        idle_.push_back(&connection);
    } else {
        close(connection);
    }
    start_waiting();
    done(std::move(result));  // last: it may destroy the client
}

void HttpClient::start_waiting() {
    // As many as were waiting: one that cannot be started ends, and does not wait again.
    for (std::size_t n = waiting_.size(); n > 0; --n) {
        if (idle_.empty() && connections_.size() >= options_.connections_max) return;
        Pending next = std::move(waiting_.front());
        waiting_.pop_front();
        assign(std::move(next));
    }
}

void HttpClient::close(Connection& connection) {
    watcher_.forget(connection.fd);
    ::close(connection.fd);
    std::erase(idle_, &connection);
    std::erase_if(connections_, [&](const auto& other) { return other.get() == &connection; });
}

void HttpClient::start_ticking() {
    if (ticking_) return;
    ticking_ = true;
    executor_.post_after(kTick, [this, alive = alive_] {
        if (!*alive) return;
        ticking_ = false;
        tick();
    });
}

void HttpClient::tick() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<Connection*> over;
    std::vector<Done> late;
    std::vector<Done> never_sent;
    for (const auto& connection : connections_) {
        Pending& pending = connection->pending;
        const bool timed_out = pending.done && pending.deadline <= now;
        const bool idle = !pending.done && connection->idle_since + chrono_of(options_.idle) <= now;
        if (timed_out || idle) over.push_back(connection.get());
        if (timed_out)
            (connection->is_connected ? late : never_sent).push_back(std::move(pending.done));
    }
    for (Connection* connection : over) close(*connection);
    std::erase_if(waiting_, [&](Pending& pending) {
        if (pending.deadline > now) return false;
        never_sent.push_back(std::move(pending.done));
        return true;
    });
    if (!over.empty()) start_waiting();
    if (!connections_.empty() || !waiting_.empty()) start_ticking();
    for (Done& done : late) done(std::unexpected(no_answer("timed out")));
    for (Done& done : never_sent) done(std::unexpected(not_sent("timed out")));
}

}  // namespace shop
