// How a description in capitals becomes a title.
#include <algorithm>
#include <cctype>

#include "api/demo/tables.hpp"
#include "core/base/text.hpp"

namespace shop::demo {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
char to_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
// "T-LIGHT" → "T-Light", "45X45CM" → "45x45cm", "CHILD'S" → "Child's".
std::string capitalized(std::string_view word) {
    std::string out;
    bool begins = true;
    for (const char c : word) {
        out.push_back(begins ? to_upper(c) : ascii_lower(c));
        begins = c == '-' || c == '&' || (begins && !is_digit(c) && to_upper(c) == ascii_lower(c));
    }
    return out;
}

struct Piece {
    std::string before;  // punctuation that stands before the word
    std::string word;
    std::string after;
};

Piece piece_of(std::string_view text) {
    constexpr std::string_view kOpening = "\"(*'";
    constexpr std::string_view kClosing = "\")'.!?:;";
    Piece piece;
    while (!text.empty() && kOpening.contains(text.front())) {
        if (text.front() != '*') piece.before.push_back(text.front());
        text.remove_prefix(1);
    }
    while (!text.empty() && kClosing.contains(text.back())) {
        piece.after.insert(piece.after.begin(), text.back());
        text.remove_suffix(1);
    }
    piece.word = text;
    return piece;
}

// Commas are followed by a blank, brackets preceded by one.
std::string spaced(std::string_view description) {
    std::string out;
    for (std::size_t i = 0; i < description.size(); ++i) {
        const char c = description[i];
        if (c == '(' && i > 0 && description[i - 1] != ' ') out.push_back(' ');
        out.push_back(c);
        const bool in_number = i > 0 && is_digit(description[i - 1]);
        if (c == ',' && !in_number) out.push_back(' ');
    }
    return out;
}

}  // namespace

std::string in_capitals(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), to_upper);
    return out;
}

std::string Tables::word_of(std::string_view word, bool is_first) const {
    if (const auto known = spelling_.find(in_capitals(word)); known != spelling_.end())
        return is_first ? capitalized(known->second.substr(0, 1)) + known->second.substr(1)
                        : known->second;
    // "SET/4" and "S/4" count, "W/CHIME" joins.
    const std::size_t slash = word.find('/');
    const std::string before = in_capitals(word.substr(0, std::min(slash, word.size())));
    const bool has_end = slash != std::string_view::npos && slash + 1 < word.size();
    if (has_end && (before == "SET" || before == "S") && is_digit(word[slash + 1]))
        return "Set of " + std::string(word.substr(slash + 1));
    if (has_end && before == "W") return "with " + word_of(word.substr(slash + 1), true);
    // Each side of a slash is a word of its own: "SILVER/BLACK".
    if (has_end && slash > 0)
        return word_of(word.substr(0, slash), is_first) + "/" +
               word_of(word.substr(slash + 1), true);
    const std::size_t plus = word.find('+');
    if (plus != std::string_view::npos && plus > 0 && plus + 1 < word.size())
        return word_of(word.substr(0, plus), is_first) + " and " +
               word_of(word.substr(plus + 1), true);
    return capitalized(word);
}

std::string Tables::title_of(std::string_view description) const {
    std::string title;
    std::string_view rest;
    const std::string text = spaced(description);
    rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::string_view raw = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (raw.empty()) continue;
        const bool has_comma = raw.ends_with(',');
        const Piece piece = piece_of(raw.substr(0, raw.size() - (has_comma ? 1 : 0)));
        if (piece.word.empty() && piece.before.empty() && piece.after.empty()) continue;
        if (!title.empty()) title.push_back(' ');
        const bool is_known = spelling_.contains(in_capitals(raw));
        title += is_known
                     ? word_of(raw, title.empty())
                     : piece.before + word_of(piece.word, title.empty() || !piece.before.empty()) +
                           piece.after;
        if (has_comma) title.push_back(',');
    }
    while (title.ends_with(',') || title.ends_with(' ')) title.pop_back();
    return title;
}

}  // namespace shop::demo
