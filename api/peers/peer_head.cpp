#include "api/peers/peer_head.hpp"

#include <charconv>

namespace shop::api {
namespace {

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || read != end) return std::nullopt;
    return number;
}

}  // namespace

std::string headers_of(const PeerHead& head) {
    return "Content-Type: " + std::string(kPeerType) + "\r\nShop-Peer: " + head.sender +
           "\r\nShop-Peer-Time: " + std::to_string(head.sent_at.us) +
           "\r\nShop-Patience: " + std::to_string(head.patience.us) + "\r\n";
}

std::optional<PeerHead> head_of(const http::Request& request, const std::string& receiver) {
    const auto sent_at = number_in(request.header("shop-peer-time"));
    const auto patience = number_in(request.header("shop-patience"));
    const std::string_view sender = request.header("shop-peer");
    if (!sent_at || !patience || *patience < 0 || sender.empty()) return std::nullopt;
    return PeerHead{receiver, std::string(sender), Time{*sent_at}, Duration{*patience}};
}

}  // namespace shop::api
