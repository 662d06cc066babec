#include "api/http/target.hpp"

#include "core/base/text.hpp"

namespace shop::http {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The byte that "%xy" at `at` stands for, or -1.
int escaped_byte(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size()) return -1;
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool has_dot_segment(std::string_view path) {
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at + 1), path.size());
        const std::string_view segment = path.substr(at + 1, end - at - 1);
        if (segment == "." || segment == "..") return true;
        at = end;
    }
    return false;
}

// "http://host/path" → "/path": the absolute form, which servers must take.
std::string_view without_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t slash = target.find_first_of("/?", scheme.size());
        return slash == target.npos ? "/" : target.substr(slash);
    }
    return target;
}

std::unexpected<Error> bad_path(std::string_view why) {
    return fail(ErrorCode::kInvalid, "malformed-request", "The path " + std::string(why) + ".");
}

}  // namespace

Status split_target(std::string_view target, std::string& path, std::string& query) {
    target = without_authority(target);
    const std::size_t mark = target.find('?');
    const std::string_view raw = target.substr(0, mark);
    query = mark == target.npos ? std::string_view() : target.substr(mark + 1);
    path.clear();
    if (target == "*") {
        path = "*";
        return {};
    }
    if (!raw.starts_with('/')) return bad_path("must begin with a slash");
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '\\' || raw[i] == '#') return bad_path("has a character that it must escape");
        if (raw[i] != '%') {
            path.push_back(raw[i]);
            continue;
        }
        const int byte = escaped_byte(raw, i);
        if (byte < 0) return bad_path("has a broken escape");
        if (byte == '/' || byte == '\\') return bad_path("must not hide a slash");
        path.push_back(static_cast<char>(byte));
        i += 2;
    }
    if (!is_clean_text(path)) return bad_path("is not clean UTF-8");
    if (has_dot_segment(path)) return bad_path("must not climb");
    return {};
}

std::optional<std::string> decode_form_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i] == '+' ? ' ' : text[i]);
            continue;
        }
        const int byte = escaped_byte(text, i);
        if (byte < 0) return std::nullopt;
        out.push_back(static_cast<char>(byte));
        i += 2;
    }
    if (!is_clean_text(out)) return std::nullopt;
    return out;
}

Result<std::vector<Argument>> parse_query(std::string_view query) {
    std::vector<Argument> arguments;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        auto name = decode_form_text(pair.substr(0, equals));
        auto value = decode_form_text(equals == pair.npos ? "" : pair.substr(equals + 1));
        if (!name || !value)
            return fail_field(name.value_or("query"), "cannot be decoded as clean UTF-8");
        arguments.push_back({std::move(*name), std::move(*value)});
    }
    return arguments;
}

std::string encode_uri_component(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out.push_back(c);
            continue;
        }
        out.push_back('%');
        out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
        out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    }
    return out;
}

}  // namespace shop::http
