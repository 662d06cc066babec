#include "core/base/ids.hpp"

#include "core/base/digest.hpp"

namespace shop {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford

constexpr std::array<std::int8_t, 256> kValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}();

int value_of(char c) {
    return kValues[static_cast<unsigned char>(c)];
}

// 20 characters of 5 bits from the first 100 bits of the digest.
IdBody encode(const Digest& digest) {
    IdBody body;
    unsigned bits = 0;
    unsigned held = 0;
    std::size_t next = 0;
    for (char& c : body) {
        if (held < 5) {
            bits = (bits << 8) | digest[next++];
            held += 8;
        }
        held -= 5;
        c = kAlphabet[(bits >> held) & 31];
    }
    return body;
}

}  // namespace

Slot slot_of(const IdBody& body) {
    return {static_cast<std::uint16_t>((value_of(body[0]) << 5 | value_of(body[1])) &
                                       (kSlotCount - 1))};
}

bool is_id_body(std::string_view body) {
    if (body.size() != kIdBodyChars) return false;
    for (const char c : body)
        if (value_of(c) < 0) return false;
    return true;
}

IdBody derive_body(std::initializer_list<std::string_view> parts) {
    return encode(sha256_of_parts(parts));
}

IdBody derive_body(Slot slot, std::initializer_list<std::string_view> parts) {
    IdBody body = derive_body(parts);
    body[0] = kAlphabet[slot.value >> 5];
    body[1] = kAlphabet[slot.value & 31];
    return body;
}

void StreamId::append_to(std::string& out) const {
    if (is_empty()) return;
    out.append(kStreamPrefixes[static_cast<std::size_t>(kind)].view());
    out.push_back('_');
    out.append(body.data(), body.size());
}

std::string StreamId::to_string() const {
    std::string text;
    append_to(text);
    return text;
}

std::optional<StreamId> StreamId::parse(std::string_view text) {
    if (text.size() != kIdBodyChars + 4 || text[3] != '_' || !is_id_body(text.substr(4)))
        return std::nullopt;
    for (std::size_t i = 0; i < kStreamPrefixes.size(); ++i) {
        if (kStreamPrefixes[i].view() != text.substr(0, 3)) continue;
        StreamId id;
        id.kind = static_cast<StreamKind>(i);
        std::memcpy(id.body.data(), text.data() + 4, kIdBodyChars);
        return id;
    }
    return std::nullopt;
}

}  // namespace shop
