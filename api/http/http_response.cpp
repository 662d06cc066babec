#include "api/http/http_response.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace shop {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::unexpected<Error> not_understood(std::string_view what) {
    return fail(ErrorCode::kUnavailable, "bad-http-answer",
                "The other side's answer is not understood: " + std::string(what) + ".");
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

template <class T>
bool parse_whole(std::string_view text, T& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

// "HTTP/1.1 200 OK" → 200
bool parse_status_line(std::string_view line, int& status) {
    if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return false;
    return parse_whole(line.substr(9, 3), status) && status >= 200 && status < 600;
}

struct Head {
    int status = 0;
    std::optional<std::size_t> length;
    bool keep_alive = true;
};

Status read_header(std::string_view line, Head& head) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return not_understood("a header without a colon");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equals_ignoring_case(name, "transfer-encoding"))
        return not_understood("a transfer encoding");
    if (equals_ignoring_case(name, "connection") && equals_ignoring_case(value, "close"))
        head.keep_alive = false;
    if (!equals_ignoring_case(name, "content-length")) return {};
    std::size_t length = 0;
    if (head.length || !parse_whole(value, length)) return not_understood("its content length");
    head.length = length;
    return {};
}

Result<Head> parse_head(std::string_view text) {
    Head head;
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(kLineEnd), text.size());
        const std::string_view line = text.substr(0, end);
        if (first && !parse_status_line(line, head.status)) return not_understood("its status");
        if (!first) SHOP_TRY_STATUS(read_header(line, head));
        first = false;
        text.remove_prefix(std::min(end + kLineEnd.size(), text.size()));
    }
    if (head.status == 204 || head.status == 304) head.length = 0;
    if (!head.length) return not_understood("no content length");
    return head;
}

}  // namespace

Result<std::optional<ParsedAnswer>> parse_http_answer(std::string_view bytes,
                                                      std::size_t bytes_max) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string_view::npos) {
        if (bytes.size() > bytes_max) return not_understood("an endless header");
        return std::optional<ParsedAnswer>();
    }
    SHOP_TRY(head, parse_head(bytes.substr(0, head_end)));
    if (*head.length > bytes_max) return not_understood("a body of more than the limit");
    const std::size_t body = head_end + 4;
    if (bytes.size() < body + *head.length) return std::optional<ParsedAnswer>();
    ParsedAnswer parsed;
    parsed.answer = {head.status, std::string(bytes.substr(body, *head.length))};
    parsed.length = body + *head.length;
    parsed.keep_alive = head.keep_alive;
    return std::optional(std::move(parsed));
}

}  // namespace shop
