#include "tests/api/http/http_fixture.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <charconv>

namespace shop::tests {
namespace {

// Length of the answer at the front of `text`, or nothing if it is not whole.
std::optional<std::size_t> answer_length(std::string_view text) {
    const std::size_t head = text.find("\r\n\r\n");
    if (head == text.npos) return std::nullopt;
    std::size_t length = 0;
    if (const std::size_t at = text.substr(0, head).find("Content-Length: "); at != text.npos)
        std::from_chars(text.data() + at + 16, text.data() + head, length);
    if (text.size() < head + 4 + length) return std::nullopt;
    return head + 4 + length;
}

void send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;  // the other side has hung up; what it said counts
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

}  // namespace

HttpServer::HttpServer(const std::function<void(http::Routes&)>& add, http::SessionOptions options,
                       http::Gate* gate) {
    add(routes_);
    dispatcher_ = std::make_unique<http::Dispatcher>(routes_, gate, nullptr);
    sessions_ = std::make_unique<http::SessionSet>(loop_, *dispatcher_, clock_, options);
    auto listener = http::Listener::bind("127.0.0.1", 0);
    REQUIRE(listener.has_value());
    server_ = std::make_unique<http::Server>(std::move(*listener),
                                             std::vector<http::Place>{{&loop_, sessions_.get()}});
    server_->start();
    thread_ = std::thread([this] { loop_.run(); });
}

HttpServer::~HttpServer() {
    (void)server_->drain(seconds(5));
    loop_.stop();
    thread_.join();
}

int HttpServer::connect() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    return socket;
}

std::string HttpServer::talk(std::string_view bytes, int answers) {
    const int socket = connect();
    send_all(socket, bytes);
    std::string text = read_answers(socket, answers);
    ::close(socket);
    return text;
}

std::string HttpServer::talk_in_pieces(std::string_view bytes, std::size_t piece) {
    const int socket = connect();
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        send_all(socket, bytes.substr(at, piece));
    std::string text = read_answers(socket, 1);
    ::close(socket);
    return text;
}

std::string read_answers(int socket, int answers) {
    std::string text;
    std::size_t done = 0;
    char buffer[65'536];
    for (;;) {
        for (;;) {
            const auto length = answer_length(std::string_view(text).substr(done));
            if (!length) break;
            done += *length;
            if (--answers == 0) return text;
        }
        const auto received = ::recv(socket, buffer, sizeof buffer, 0);
        if (received <= 0) return text;
        text.append(buffer, static_cast<std::size_t>(received));
    }
}

int status_of(std::string_view answer) {
    int status = 0;
    if (answer.starts_with("HTTP/1.1 "))
        std::from_chars(answer.data() + 9, answer.data() + answer.size(), status);
    return status;
}

std::string body_of(std::string_view answer) {
    const std::size_t head = answer.find("\r\n\r\n");
    return head == answer.npos ? std::string() : std::string(answer.substr(head + 4));
}

}  // namespace shop::tests
