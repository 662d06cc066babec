#include "projections/storefront/search_text.hpp"

#include <algorithm>
#include <tuple>

#include "projections/storefront/words.hpp"

namespace shop::projections::storefront {
namespace {

constexpr std::size_t kCorrectionsMax = 3;

// Words consist of letters and digits only (words.hpp), so quotes are enough.
std::string quoted(const std::string& word, bool prefix) {
    return "'" + word + (prefix ? "':*" : "'");
}

// How wrong a word of that length may be: every other letter of a short one is not a typo.
int distance_allowed(std::string_view word) {
    return word.size() <= 5 ? 1 : 2;
}

}  // namespace

std::vector<std::string> search_words(std::string_view text) {
    std::vector<std::string> words = words_in_order(text);
    if (words.size() > kQueryWordsMax) words.resize(kQueryWordsMax);
    return words;
}

std::string ts_query_of(const std::vector<std::string>& words, const Corrections& corrections) {
    std::string query;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) query += " & ";
        query += "(" + quoted(words[i], i + 1 == words.size());
        if (const auto known = corrections.find(words[i]); known != corrections.end())
            for (const std::string& word : known->second) query += " | " + quoted(word, false);
        query += ")";
    }
    return query;
}

std::vector<std::string> nearest_words(std::string_view typed, std::vector<Candidate> candidates) {
    std::vector<std::tuple<int, std::int64_t, std::string>> near;
    for (Candidate& candidate : candidates) {
        const int distance = edit_distance(typed, candidate.word);
        if (distance <= distance_allowed(typed))
            near.emplace_back(distance, -candidate.products, std::move(candidate.word));
    }
    std::ranges::sort(near);
    if (near.size() > kCorrectionsMax) near.resize(kCorrectionsMax);
    std::vector<std::string> words;
    for (auto& entry : near) words.push_back(std::move(std::get<2>(entry)));
    return words;
}

int edit_distance(std::string_view a, std::string_view b) {
    std::vector<int> two_ago(b.size() + 1);
    std::vector<int> before(b.size() + 1);
    std::vector<int> now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) before[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int change = a[i - 1] == b[j - 1] ? 0 : 1;
            now[j] = std::min({before[j] + 1, now[j - 1] + 1, before[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], two_ago[j - 2] + 1);
        }
        std::swap(two_ago, before);
        std::swap(before, now);
    }
    return before[b.size()];
}

}  // namespace shop::projections::storefront
