#include "core/known_keys.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/digest.hpp"
#include "core/json/decode.hpp"
#include "core/json/document.hpp"
#include "core/json/writer.hpp"

namespace shop {
namespace {

constexpr std::size_t kLookedThroughFrom = 64;

std::uint32_t second_of(Time time) {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, time.us / seconds(1).us));
}

}  // namespace

std::optional<std::size_t> KnownKeys::find(std::string_view key) const {
    const auto at = std::ranges::find(keys_, digest_of(key), &Known::key);
    if (at == keys_.end()) return std::nullopt;
    return static_cast<std::size_t>(at - keys_.begin());
}

void KnownKeys::note(std::string_view key, Time now) {
    keys_.push_back({digest_of(key), second_of(now)});
}

void KnownKeys::note(std::string_view key, Time now, Duration kept) {
    // Each time their number has doubled: all together that costs no more than adding them.
    if (keys_.size() >= kLookedThroughFrom && std::has_single_bit(keys_.size())) {
        const std::uint32_t oldest = second_of(now - kept);
        std::erase_if(keys_, [&](const Known& known) { return known.second < oldest; });
    }
    note(key, now);
}

KnownKeys::KeyDigest KnownKeys::digest_of(std::string_view key) {
    const Digest digest = sha256(key);
    KeyDigest first;
    std::ranges::copy_n(digest.begin(), first.size(), first.begin());
    return first;
}

void KnownKeys::write_json(json::Writer& writer) const {
    std::string bytes;
    bytes.reserve(keys_.size() * sizeof(Known));
    for (const Known& known : keys_) {
        bytes.append(known.key.begin(), known.key.end());
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<char>(known.second >> shift));
    }
    writer.plain_string([&](std::string& out) { out += to_base64url(bytes); });
}

void KnownKeys::read_json(const json::Value& value, json::Decoding& decoding) {
    if (value.type() != json::Type::kString) return decoding.wrong_type("a string", value);
    const auto bytes = from_base64url(value.string());
    if (!bytes || bytes->size() % sizeof(Known) != 0)
        return decoding.wrong("is not a list of keys");
    keys_.resize(bytes->size() / sizeof(Known));
    const char* from = bytes->data();
    for (Known& known : keys_) {
        std::memcpy(known.key.data(), from, known.key.size());
        from += known.key.size();
        for (int i = 0; i < 4; ++i)
            known.second = known.second << 8U | static_cast<std::uint8_t>(*from++);
    }
}

}  // namespace shop
