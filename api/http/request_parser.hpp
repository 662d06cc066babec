// One request off the wire: Beast's parser, and the police it lacks. Refused here: a missing or
// double Host, Transfer-Encoding that is not exactly "chunked", both it and Content-Length, folded
// headers, a target that is no path, too much of anything. Fields of trailers are passed over.
//
// One thread. reset() between requests; buffers keep their capacity.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/http/message.hpp"

namespace shop::http {

struct WireLimits {
    std::size_t header_bytes = 16'384;  // request line and headers
    std::size_t fields = 100;
    std::size_t target_bytes = 8'000;
};

// What the headers say about the message itself.
struct Framing {
    bool method_known = true;
    bool keep_alive = true;
    bool http_1_1 = true;
    bool has_length = false;  // Content-Length or chunks: there may be a body
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool expects_continue = false;
    bool is_head = false;  // method is then kGet
};

class RequestParser {
  public:
    // Fills method, path, query, headers and body of `request`, which outlives the parser.
    RequestParser(Request& request, WireLimits limits);
    ~RequestParser();

    enum class State {
        kHeader,   // needs more bytes
        kBody,     // the header is whole, the body is not
        kDone,     // the message is whole
        kRefused,  // see refusal(); nothing more may be put
    };

    void reset();
    State state() const;
    // True if any byte of this request has come.
    bool has_begun() const;
    const Framing& framing() const;

    // Takes bytes from the front and returns how many. Stops behind the header, so that the caller
    // can decide about the body.
    std::size_t put(std::span<const char> bytes);
    // The body is refused beyond this; to be set behind the header.
    void limit_body(std::size_t bytes_max);
    // Bytes of body that came so far, also those the caller has taken out of request.body.
    std::uint64_t body_bytes() const;

    // Why it was refused, and the status that says so.
    const Error& refusal() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shop::http
