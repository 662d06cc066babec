// Answers of HTTP/1.1 as our own programs write them: a status line, headers, a body of
// Content-Length. Anything else (chunks, no length) is refused, not guessed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace shop {

struct HttpAnswer {
    int status = 0;
    std::string body;
};

struct ParsedAnswer {
    HttpAnswer answer;
    std::size_t length = 0;  // bytes taken from the buffer
    bool keep_alive = true;
};

// The answer at the front of `bytes`; nothing if more bytes are needed; kUnavailable if it is not
// HTTP as above, or longer than `bytes_max`.
Result<std::optional<ParsedAnswer>> parse_http_answer(std::string_view bytes,
                                                      std::size_t bytes_max);

}  // namespace shop
