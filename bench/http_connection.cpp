#include "bench/http_connection.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace shop::bench {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;

std::unexpected<Error> broken(std::string_view what) {
    return fail(ErrorCode::kUnavailable, "no-server", "The server " + std::string(what) + ".");
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    Address address{std::string(text.substr(0, colon)), 0};
    if (colon != std::string_view::npos)
        std::from_chars(text.data() + colon + 1, text.data() + text.size(), address.port);
    if (address.port == 0)
        return fail(ErrorCode::kInvalid, "wrong-use", "--address takes 127.0.0.1:8080.");
    return address;
}

std::string_view Answer::header(std::string_view name) const {
    const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string_view::npos) return {};
    const std::string_view rest = head.substr(at + 2 + name.size() + 2);
    return rest.substr(0, rest.find("\r\n"));
}

HttpConnection::~HttpConnection() {
    if (fd_ >= 0) ::close(fd_);
}

Status HttpConnection::connect(const Address& address) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(address.port);
    if (fd_ < 0 || ::inet_pton(AF_INET, address.host.c_str(), &to.sin_addr) != 1 ||
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        return broken("cannot be reached at " + address.host + ":" + std::to_string(address.port));
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return {};
}

Status HttpConnection::send(std::string_view bytes) {
    in_.clear();
    head_bytes_ = body_bytes_ = 0;
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(bytes.size())) return broken("takes no more requests");
    return {};
}

Result<bool> HttpConnection::receive(Answer& answer) {
    for (;;) {
        const std::size_t have = in_.size();
        in_.resize(have + kReadBytes);
        const ssize_t got = ::recv(fd_, in_.data() + have, kReadBytes, MSG_DONTWAIT);
        in_.resize(have + static_cast<std::size_t>(got > 0 ? got : 0));
        if (got == 0) return broken("closed a connection");
        if (got < 0 && errno != EAGAIN && errno != EINTR) return broken("broke a connection");
        if (got < static_cast<ssize_t>(kReadBytes)) break;
    }
    if (head_bytes_ == 0 && !parse_head()) return false;
    if (in_.size() < head_bytes_ + body_bytes_) return false;
    const std::string_view all = in_;
    answer.head = all.substr(0, head_bytes_);
    answer.body = all.substr(head_bytes_, body_bytes_);
    std::from_chars(all.data() + 9, all.data() + 12, answer.status);
    return true;
}

bool HttpConnection::parse_head() {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    head_bytes_ = end + 4;
    const Answer answer{0, std::string_view(in_).substr(0, head_bytes_), {}};
    const std::string_view length = answer.header("Content-Length");
    std::from_chars(length.data(), length.data() + length.size(), body_bytes_);
    return true;
}

std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
    const std::size_t at = text.find(begin);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + begin.size());
    return text.substr(0, text.find(end));
}

}  // namespace shop::bench
