// The target of a request: its path and its query, taken apart and decoded (RFC 3986, RFC 9112 §3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "core/base/result.hpp"

namespace shop::http {

// Decodes the path of `target` and copies its query. kInvalid "malformed-request" for what is no
// path: bad escapes, broken UTF-8, control characters, an escaped slash or backslash, "." and "..".
Status split_target(std::string_view target, std::string& path, std::string& query);

// "%41+b" → "A b" as forms encode text; nothing for bad escapes, broken UTF-8 or control
// characters.
std::optional<std::string> decode_form_text(std::string_view text);

// The arguments of a query in order; kInvalid, naming the one that cannot be decoded.
Result<std::vector<Argument>> parse_query(std::string_view query);

// For links: everything but letters, digits and "-._~" is escaped.
std::string encode_uri_component(std::string_view text);

}  // namespace shop::http
