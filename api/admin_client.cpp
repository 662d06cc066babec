#include "api/admin_client.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "api/process_file.hpp"
#include "core/json/document.hpp"
#include "events/keys/private_file.hpp"

namespace shop::api {
namespace {

constexpr std::size_t kAnswerBytesMax = 64 << 20;

std::unexpected<Error> no_answer(std::string_view what) {
    return fail(ErrorCode::kUnavailable, "no-answer",
                "The shop " + std::string(what) + "; look at its log.");
}

class Socket {
  public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    bool is_open() const { return fd_ >= 0; }

    bool write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // Appends what comes; false at the end.
    bool read(std::string& into) const {
        char buffer[65'536];
        const auto received = ::recv(fd_, buffer, sizeof buffer, 0);
        if (received <= 0) return false;
        into.append(buffer, static_cast<std::size_t>(received));
        return true;
    }

  private:
    int fd_;
};

int connect_to(const std::string& host, const std::string& port, int timeout_seconds) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return -1;
    const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{timeout_seconds, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const bool connected = fd >= 0 && ::connect(fd, found->ai_addr, found->ai_addrlen) == 0;
    ::freeaddrinfo(found);
    if (connected) return fd;
    if (fd >= 0) ::close(fd);
    return -1;
}

std::string head_of(const AdminCall& call, const std::string& key) {
    std::string head =
        call.method + " " + call.target +
        " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + key +
        "\r\n";
    if (!call.content_type.empty()) head += "Content-Type: " + call.content_type + "\r\n";
    if (call.pieces) return head + "Transfer-Encoding: chunked\r\n\r\n";
    return head + "Content-Length: " + std::to_string(call.body.size()) + "\r\n\r\n";
}

// Whether it was all taken; a shop that refuses early says why all the same.
bool send_request(const Socket& socket, const AdminCall& call, const std::string& key) {
    if (!socket.write(head_of(call, key))) return false;
    if (!call.pieces) return socket.write(call.body);
    for (;;) {
        const std::string piece = call.pieces();
        if (!socket.write(fmt::format("{:x}\r\n", piece.size()) + piece + "\r\n")) return false;
        if (piece.empty()) return true;
    }
}

Error error_in(const HttpAnswer& answer) {
    Error error{ErrorCode::kRejected, "refused",
                "The shop answered with status " + std::to_string(answer.status) + "."};
    json::Document document;
    const auto value = document.parse(answer.body);
    if (!value || !value->is_object()) return error;
    if (const auto detail = value->find("detail"); detail && detail->type() == json::Type::kString)
        error.message = detail->string();
    const auto errors = value->find("errors");
    if (!errors || errors->type() != json::Type::kArray) return error;
    errors->for_each_element([&](const json::Value& each) {
        const auto pointer = each.find("pointer");
        const auto detail = each.find("detail");
        if (pointer && detail)
            error.fields.push_back({std::string(pointer->string()), std::string(detail->string())});
    });
    return error;
}

}  // namespace

Result<AdminClient> AdminClient::find(const std::filesystem::path& data) {
    SHOP_TRY(process, read_process_file(data, "serve"));
    SHOP_TRY(key, read_private(data / "staff-key"));
    if (!key)
        return fail(ErrorCode::kNotFound, "no-staff-key",
                    "There is no " + (data / "staff-key").string() +
                        "; write a key into it: shopverse key new.");
    std::string address = process.address.substr(std::string_view("http://").size());
    const std::size_t colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    while (key->ends_with('\n')) key->pop_back();
    return AdminClient(std::move(host), address.substr(colon + 1), std::move(*key));
}

Result<HttpAnswer> AdminClient::send(const AdminCall& call) const {
    const Socket socket(connect_to(host_, port_, call.timeout_seconds));
    if (!socket.is_open()) return no_answer("cannot be reached");
    (void)send_request(socket, call, key_);
    std::string received;
    for (;;) {
        SHOP_TRY(parsed, parse_http_answer(received, kAnswerBytesMax));
        if (parsed) return std::move(parsed->answer);
        if (!socket.read(received)) return no_answer("gave no answer");
    }
}

Result<std::string> AdminClient::ask(const AdminCall& call) const {
    SHOP_TRY(answer, send(call));
    if (answer.status / 100 == 2) return std::move(answer.body);
    return std::unexpected(error_in(answer));
}

}  // namespace shop::api
