// The head of an answer as it goes on the wire. Pure.
#pragma once

#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "core/base/time.hpp"

namespace shop::http {

enum class Coding {
    kLength,   // Content-Length
    kChunked,  // Transfer-Encoding: chunked
    kToEnd,    // the body ends with the connection (HTTP/1.0)
};

// What stands in a head besides the response's own.
struct HeadFacts {
    Coding coding = Coding::kLength;
    bool keep_alive = true;
    std::string_view date;        // http_date()
    std::string_view request_id;  // Shop-Request-Id; none if empty
};

// Appends status line and headers, with the empty line behind them.
void append_head(std::string& out, const Response& response, const HeadFacts& facts);

// "Wed, 25 Nov 2026 02:00:00 GMT" (RFC 9110 §5.6.7).
std::string http_date(Time time);

// "200 OK"; that of 500 for a status that has no line.
std::string_view status_line_of(int status);
// Routes declare no status without one (asserted by Routes::add).
bool has_status_line(int status);

}  // namespace shop::http
