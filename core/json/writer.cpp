#include "core/json/writer.hpp"

namespace shop::json {
namespace {

// Characters that must be escaped: the quote, the backslash and controls (RFC 8259 §7). DEL and
// everything above ASCII goes through as it is; text is valid UTF-8 since the edge checked it.
constexpr std::array<bool, 256> kEscaped = [] {
    std::array<bool, 256> escaped{};
    for (std::size_t c = 0; c < 0x20; ++c) escaped[c] = true;
    escaped['"'] = escaped['\\'] = true;
    return escaped;
}();

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
        case '"':
            out.append("\\\"");
            return;
        case '\\':
            out.append("\\\\");
            return;
        case '\n':
            out.append("\\n");
            return;
        case '\r':
            out.append("\\r");
            return;
        case '\t':
            out.append("\\t");
            return;
        default:
            out.append("\\u00");
            out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
            out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    }
}

}  // namespace

void Writer::string(std::string_view text) {
    separate();
    out_.push_back('"');
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!kEscaped[static_cast<unsigned char>(text[i])]) continue;
        out_.append(text, done, i - done);
        append_escaped(out_, text[i]);
        done = i + 1;
    }
    out_.append(text, done, text.size() - done);
    out_.push_back('"');
}

}  // namespace shop::json
