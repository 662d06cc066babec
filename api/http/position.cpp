#include "api/http/position.hpp"

#include <algorithm>
#include <charconv>

namespace shop::http {
namespace {

constexpr std::int64_t kWaitSecondsMax = 30;
constexpr std::size_t kPositionsMax = 32;

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// "respond-async, wait=5": the wait in seconds, if one is given.
std::optional<std::int64_t> wait_of(std::string_view prefer) {
    while (!prefer.empty()) {
        const std::size_t end = std::min(prefer.find(','), prefer.size());
        const std::string_view one = trimmed(prefer.substr(0, end));
        prefer.remove_prefix(std::min(end + 1, prefer.size()));
        if (!one.starts_with("wait=")) continue;
        std::int64_t wait = 0;
        const auto [at, error] = std::from_chars(one.data() + std::string_view("wait=").size(),
                                                 one.data() + one.size(), wait);
        if (error == std::errc() && at == one.data() + one.size() && wait >= 0)
            return std::min(wait, kWaitSecondsMax);
    }
    return std::nullopt;  // preferences that are not understood are passed over (RFC 7240)
}

}  // namespace

Result<MinPosition> min_position_of(const Request& request) {
    MinPosition asked;
    const auto header = std::ranges::find(request.headers, "shop-min-position", &Field::name);
    bool more = header != request.headers.end();
    std::string_view text = more ? header->value : std::string_view();
    while (more) {
        const std::size_t end = std::min(text.find(','), text.size());
        const auto position = Position::parse(trimmed(text.substr(0, end)));
        more = end < text.size();
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!position || asked.positions.size() == kPositionsMax)
            return fail_field("Shop-Min-Position", "must be positions as Shop-Position gave them");
        add_newest(asked.positions, *position);
    }
    asked.wait = preferred_wait_of(request).value_or(asked.wait);
    return asked;
}

std::optional<Duration> preferred_wait_of(const Request& request) {
    const auto wait = wait_of(request.header("prefer"));
    return wait ? std::optional(seconds(*wait)) : std::nullopt;
}

void add_newest(std::vector<Position>& positions, Position position) {
    const auto same = std::ranges::find(positions, position.partition, &Position::partition);
    if (same == positions.end())
        positions.push_back(position);
    else
        same->offset = std::max(same->offset, position.offset);
}

std::string text_of(std::span<const Position> positions) {
    std::string text;
    for (const Position& position : positions)
        text += (text.empty() ? "" : ",") + position.to_string();
    return text;
}

Error no_such_partition(std::string_view fault, Partition partition) {
    Error error{ErrorCode::kInvalid, "invalid-request", "Shop-Min-Position is wrong; see errors."};
    error.fields.push_back({"Shop-Min-Position", std::string(fault) + " " + partition.to_string()});
    return error;
}

Error view_is_behind(const MinPosition& asked) {
    return {ErrorCode::kUnavailable, "view-behind",
            "This view has not yet seen " + text_of(asked.positions) + "; ask again."};
}

}  // namespace shop::http
