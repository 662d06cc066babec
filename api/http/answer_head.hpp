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

// Appends status line and headers, with the empty line behind them. `date` is that of http_date().
void append_head(std::string& out, const Response& response, Coding coding, bool keep_alive,
                 std::string_view date);

// "Wed, 25 Nov 2026 02:00:00 GMT" (RFC 9110 §5.6.7).
std::string http_date(Time time);

// "200 OK"
std::string_view status_line_of(int status);

}  // namespace shop::http
