// What stands beside a sealed call, as headers: whom it is from, when it was sent, and how long its
// sender waits.
//
//   POST /peer/v1/call HTTP/1.1
//   Shop-Peer: 10.0.0.2:9090
//   Shop-Peer-Time: 1795000000000000        microseconds since 1970
//   Shop-Patience: 5000000                  microseconds
#pragma once

#include <optional>
#include <string>

#include "api/http/message.hpp"
#include "api/peers/peer_seal.hpp"

namespace shop::api {

inline constexpr std::string_view kPeerPath = "/peer/v1/call";
inline constexpr std::string_view kPeerType = "application/octet-stream";

// Whole lines, each ended by CRLF.
std::string headers_of(const PeerHead& head);
// Nothing if one is missing or is no number. `receiver` is whoever reads it.
std::optional<PeerHead> head_of(const http::Request& request, const std::string& receiver);

}  // namespace shop::api
