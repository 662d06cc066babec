// Words of titles and of what people type, cut the same way on both sides.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shop::projections::storefront {

// Shorter words are not worth correcting.
inline constexpr std::size_t kWordBytesMin = 3;
inline constexpr std::size_t kWordBytesMax = 40;

// Runs of letters and digits (any byte beyond ASCII is a letter), ASCII in lower case, apostrophes
// dropped; sorted, each once, none shorter than kWordBytesMin or longer than kWordBytesMax.
std::vector<std::string> split_words(std::string_view text);

// The same in the order of the text, short ones and repetitions too.
std::vector<std::string> words_in_order(std::string_view text);

}  // namespace shop::projections::storefront
