// One kept-alive HTTP/1.1 connection of the load generator: non-blocking, one request at a time.
// One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace shop::bench {

struct Address {
    std::string host;  // IPv4
    std::uint16_t port = 0;
    // "127.0.0.1:8080"
    static Result<Address> parse(std::string_view text);
};

// An answer; views into the connection, until its next request.
struct Answer {
    int status = 0;
    std::string_view head;
    std::string_view body;
    // The value of a header, or nothing. `name` as the server spells it.
    std::string_view header(std::string_view name) const;
};

class HttpConnection {
  public:
    ~HttpConnection();
    HttpConnection() = default;
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    Status connect(const Address& address);
    int fd() const { return fd_; }

    // Begins a request. Its bytes are small: a socket that takes them only in part is an error.
    Status send(std::string_view bytes);
    // Takes what has arrived. True once the answer is whole.
    Result<bool> receive(Answer& answer);

  private:
    bool parse_head();

    int fd_ = -1;
    std::string in_;
    std::size_t head_bytes_ = 0;  // 0: the head is not whole yet
    std::size_t body_bytes_ = 0;
};

// The text between two marks, behind `from` in `text`; empty if it is not there.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end);

}  // namespace shop::bench
