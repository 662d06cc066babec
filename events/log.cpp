#include "events/log.hpp"

#include <array>
#include <charconv>

namespace shop {
namespace {

constexpr std::array<std::string_view, 3> kTopics = {"catalog", "commerce", "clicks"};

template <class T>
std::optional<T> parse_number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

void append_all(std::vector<Partition>& out, Topic topic, std::uint16_t count) {
    for (std::uint16_t i = 0; i < count; ++i) out.push_back({topic, i});
}

}  // namespace

std::string Partition::to_string() const {
    return std::string(kTopics[static_cast<std::size_t>(topic)]) + "-" + std::to_string(number);
}

std::optional<Partition> Partition::parse(std::string_view text) {
    const std::size_t dash = text.rfind('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto number = parse_number<std::uint16_t>(text.substr(dash + 1));
    for (std::size_t i = 0; i < kTopics.size(); ++i)
        if (number && kTopics[i] == text.substr(0, dash))
            return Partition{static_cast<Topic>(i), *number};
    return std::nullopt;
}

std::vector<Partition> Partitions::all() const {
    std::vector<Partition> all;
    append_all(all, Topic::kCatalog, catalog);
    append_all(all, Topic::kCommerce, commerce);
    append_all(all, Topic::kClicks, clicks);
    return all;
}

std::string Position::to_string() const {
    return partition.to_string() + ":" + std::to_string(offset);
}

std::optional<Position> Position::parse(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto partition = Partition::parse(text.substr(0, colon));
    const auto offset = parse_number<Offset>(text.substr(colon + 1));
    if (!partition || !offset || *offset < 0) return std::nullopt;
    return Position{*partition, *offset};
}

}  // namespace shop
