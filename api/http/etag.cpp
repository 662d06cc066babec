#include "api/http/etag.hpp"

#include <algorithm>
#include <charconv>

namespace shop::http {

std::string etag_of(std::uint64_t version) {
    return '"' + std::to_string(version) + '"';
}

Result<std::optional<std::uint64_t>> if_match_of(const Request& request) {
    const auto header = std::ranges::find(request.headers, "if-match", &Field::name);
    if (header == request.headers.end() || header->value == "*") return std::nullopt;
    std::string_view tag = header->value;
    const bool weak = tag.starts_with("W/");
    if (weak) tag.remove_prefix(2);
    if (tag.size() < 2 || tag.front() != '"' || tag.find('"', 1) != tag.size() - 1)
        return fail_field("If-Match", "must be one entity tag, as the ETag header gave it");
    tag = tag.substr(1, tag.size() - 2);
    std::int64_t version = 0;
    const auto read = std::from_chars(tag.data(), tag.data() + tag.size(), version);
    const bool whole = read.ec == std::errc() && read.ptr == tag.data() + tag.size();
    const bool ours = !weak && whole && version >= 0;
    return ours ? static_cast<std::uint64_t>(version) : 0;
}

}  // namespace shop::http
