#include "api/http/etag.hpp"

#include <charconv>

namespace shop::http {

std::string etag_of(std::uint64_t version) {
    return '"' + std::to_string(version) + '"';
}

Result<std::optional<std::uint64_t>> if_match_of(const Request& request) {
    std::string_view tag = request.header("if-match");
    if (tag.empty() || tag == "*") return std::nullopt;
    const bool weak = tag.starts_with("W/");
    if (weak) tag.remove_prefix(2);
    if (tag.size() < 2 || tag.front() != '"' || tag.find('"', 1) != tag.size() - 1)
        return fail_field("If-Match", "must be one entity tag, as the ETag header gave it");
    tag = tag.substr(1, tag.size() - 2);
    std::uint64_t version = 0;
    const auto read = std::from_chars(tag.data(), tag.data() + tag.size(), version);
    const bool ours = !weak && read.ec == std::errc() && read.ptr == tag.data() + tag.size();
    return ours ? version : 0;
}

}  // namespace shop::http
