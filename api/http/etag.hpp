// Versions of things as entity tags (RFC 9110 §8.8.3): the number of the stream's last event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/http/message.hpp"
#include "core/base/result.hpp"

namespace shop::http {

// "\"7\"", for the ETag header.
std::string etag_of(std::uint64_t version);

// The version that If-Match asks for; nothing without the header or for "*". A command that is
// given it refuses any other with "version-mismatch", 412. A tag that is none of ours matches
// nothing, and so does a weak one (§13.1.1): version 0. kInvalid for several tags or none.
Result<std::optional<std::uint64_t>> if_match_of(const Request& request);

}  // namespace shop::http
