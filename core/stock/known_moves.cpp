#include "core/stock/known_moves.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/digest.hpp"
#include "core/json/decode.hpp"
#include "core/json/document.hpp"
#include "core/json/writer.hpp"

namespace shop::stock {
namespace {

constexpr std::size_t kLookedThroughFrom = 64;

std::uint32_t second_of(Time time) {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, time.us / seconds(1).us));
}

}  // namespace

bool KnownMoves::contains(std::string_view key) const {
    return std::ranges::find(moves_, digest_of(key), &Move::key) != moves_.end();
}

void KnownMoves::note(std::string_view key, Time now) {
    moves_.push_back({digest_of(key), second_of(now)});
}

void KnownMoves::note(std::string_view key, Time now, Duration kept) {
    // Each time their number has doubled: all together that costs no more than adding them.
    if (moves_.size() >= kLookedThroughFrom && std::has_single_bit(moves_.size())) {
        const std::uint32_t oldest = second_of(now - kept);
        std::erase_if(moves_, [&](const Move& move) { return move.second < oldest; });
    }
    note(key, now);
}

KnownMoves::KeyDigest KnownMoves::digest_of(std::string_view key) {
    const Digest digest = sha256(key);
    KeyDigest first;
    std::ranges::copy_n(digest.begin(), first.size(), first.begin());
    return first;
}

void KnownMoves::write_json(json::Writer& writer) const {
    std::string bytes;
    bytes.reserve(moves_.size() * sizeof(Move));
    for (const Move& move : moves_) {
        bytes.append(move.key.begin(), move.key.end());
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<char>(move.second >> shift));
    }
    writer.plain_string([&](std::string& out) { out += to_base64url(bytes); });
}

void KnownMoves::read_json(const json::Value& value, json::Decoding& decoding) {
    if (value.type() != json::Type::kString) return decoding.wrong_type("a string", value);
    const auto bytes = from_base64url(value.string());
    if (!bytes || bytes->size() % sizeof(Move) != 0)
        return decoding.wrong("is not a list of moves");
    moves_.resize(bytes->size() / sizeof(Move));
    const char* from = bytes->data();
    for (Move& move : moves_) {
        std::memcpy(move.key.data(), from, move.key.size());
        from += move.key.size();
        for (int i = 0; i < 4; ++i)
            move.second = move.second << 8U | static_cast<std::uint8_t>(*from++);
    }
}

}  // namespace shop::stock
