#include "core/base/text.hpp"

#include <algorithm>

namespace shop {
namespace {

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Length of the sequence that begins with `lead` and the range of its second byte (RFC 3629 §4);
// length 0: no lead byte.
struct Sequence {
    std::size_t length;
    unsigned char second_min;
    unsigned char second_max;
};

Sequence sequence_of(unsigned char lead) {
    if (lead < 0x80) return {1, 0, 0};
    if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
    if (lead == 0xE0) return {3, 0xA0, 0xBF};
    if (lead == 0xED) return {3, 0x80, 0x9F};
    if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
    if (lead == 0xF0) return {4, 0x90, 0xBF};
    if (lead == 0xF4) return {4, 0x80, 0x8F};
    if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
    return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const Sequence sequence = sequence_of(static_cast<unsigned char>(text[i]));
        if (sequence.length == 0 || i + sequence.length > text.size()) return false;
        if (sequence.length > 1) {
            const auto second = static_cast<unsigned char>(text[i + 1]);
            if (second < sequence.second_min || second > sequence.second_max) return false;
        }
        for (std::size_t k = 2; k < sequence.length; ++k)
            if (!is_continuation(text[i + k])) return false;
        i += sequence.length;
    }
    return true;
}

bool is_clean_text(std::string_view text) {
    unsigned char before = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_c0 = byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
        const bool is_c1 = before == 0xC2 && byte >= 0x80 && byte < 0xA0;  // U+0080 to U+009F
        if (is_c0 || byte == 0x7F || is_c1) return false;
        before = byte;
    }
    return is_utf8(text);
}

std::size_t count_code_points(std::string_view text) {
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_continuation));
}

std::string ascii_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = ascii_lower(c);
    return lower;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
    return std::ranges::equal(text, lower_case, [](char a, char b) { return ascii_lower(a) == b; });
}

}  // namespace shop
