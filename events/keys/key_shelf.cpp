#include "events/keys/key_shelf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/base/digest.hpp"

namespace shop {

std::string KeyName::id() const {
    return fmt::format("{}.{}", number, to_base64url({tag.data(), tag.size()}));
}

std::optional<KeyName> parse_key_id(std::string_view id) {
    KeyName name;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), name.number);
    if (error != std::errc() || end == id.data() + id.size() || *end != '.' || name.number == 0)
        return std::nullopt;
    const auto tag = from_base64url({end + 1, id.data() + id.size()});
    if (!tag || tag->size() != name.tag.size()) return std::nullopt;
    std::ranges::copy(*tag, name.tag.begin());
    return name;
}

std::vector<KeyRecord> draw_keys(std::size_t count, KeyUse use) {
    const std::string random = random_bytes(count * (sizeof(DataKey) + sizeof(KeyRecord::tag)));
    const char* next = random.data();
    std::vector<KeyRecord> records(count);
    for (KeyRecord& record : records) {
        record.use = use;
        std::memcpy(record.tag.data(), next, record.tag.size());
        next += record.tag.size();
        std::memcpy(record.key.data(), next, record.key.size());
        next += record.key.size();
    }
    return records;
}

Result<std::vector<KeyName>> KeyShelf::destroy(std::span<const KeyName> names) {
    std::vector<KeyName> damaged;
    for (const KeyName& name : names) {
        const Status done = destroy(name);
        if (done) continue;
        if (done.error().code != ErrorCode::kCorrupt) return std::unexpected(done.error());
        damaged.push_back(name);
    }
    return damaged;
}

}  // namespace shop
