// From what people type to what Postgres's full text search understands, and which known word a
// typo stands for. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shop::projections::storefront {

inline constexpr std::size_t kQueryWordsMax = 8;

// The words of a search, at most kQueryWordsMax.
std::vector<std::string> search_words(std::string_view text);

using Corrections = std::map<std::string, std::vector<std::string>>;

// For to_tsquery('english', …): all words must match, each by its stem or as one of its
// corrections, the last one as the beginning of a word too. Empty if there are no words.
std::string ts_query_of(const std::vector<std::string>& words, const Corrections& corrections = {});

struct Candidate {
    std::string word;
    std::int64_t products = 0;
};

// The candidates that are near enough to be meant, the nearest and most frequent first, at most
// three.
std::vector<std::string> nearest_words(std::string_view typed, std::vector<Candidate> candidates);

// Insertions, deletions, changes and swaps of neighbors (optimal string alignment).
int edit_distance(std::string_view a, std::string_view b);

}  // namespace shop::projections::storefront
