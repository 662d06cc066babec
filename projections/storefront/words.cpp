#include "projections/storefront/words.hpp"
#include "core/base/text.hpp"

#include <algorithm>

namespace shop::projections::storefront {
namespace {

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::vector<std::string> words_in_order(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (const char c : text) {
        if (c == '\'') continue;
        if (is_word_byte(c))
            word.push_back(ascii_lower(c));
        else
            end_word();
    }
    end_word();
    return words;
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words = words_in_order(text);
    std::erase_if(words, [](const std::string& word) {
        return word.size() < kWordBytesMin || word.size() > kWordBytesMax;
    });
    std::ranges::sort(words);
    words.erase(std::ranges::unique(words).begin(), words.end());
    return words;
}

}  // namespace shop::projections::storefront
