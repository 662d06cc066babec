#include "events/kafka/cloud_event.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace shop::kafka {
namespace {

constexpr std::string_view kEvents = R"("events":[{"type":")";

// What stands between `before` and the next quote; empty if it is not there. Inside a JSON text a
// quote is escaped, so no value can look like `before`.
std::string_view between(std::string_view entry, std::string_view before) {
    const std::size_t at = entry.find(before);
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + before.size();
    const std::size_t end = entry.find('"', begin);
    return end == std::string_view::npos ? std::string_view{} : entry.substr(begin, end - begin);
}

// The digits that stand behind `before`.
std::string_view number_behind(std::string_view entry, std::string_view before) {
    const std::size_t at = entry.find(before);
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + before.size();
    const std::size_t end = entry.find_first_not_of("0123456789", begin);
    return entry.substr(begin, end - begin);
}

}  // namespace

CloudEvent cloud_event_of(Partition partition, std::string_view prefix, std::string_view entry) {
    CloudEvent event{.id = {},
                     .source = fmt::format("/{}/{}", prefix, partition.to_string()),
                     .type = "foreign",
                     .subject = {},
                     .time = {}};
    if (entry.starts_with(R"({"claim":")")) {
        event.id = between(entry, R"({"claim":")");
        event.type = "claim";
        event.time = between(entry, R"("time":")");
    } else if (entry.starts_with(R"({"term":")")) {
        event.id =
            fmt::format("{}/{}", between(entry, R"({"term":")"), number_behind(entry, R"("seq":)"));
        event.time = between(entry, R"("time":")");
        const std::string_view events = entry.substr(std::min(entry.find(kEvents), entry.size()));
        event.type = between(events, kEvents);
        event.subject = between(events, R"("stream":")");
    }
    if (event.id.empty())
        event.id = fmt::format("foreign-{}", std::hash<std::string_view>{}(entry));
    return event;
}

}  // namespace shop::kafka
