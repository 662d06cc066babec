// The readable tables in demo/catalog that make a catalog of a shop's sales lines: which words mean
// which category, color or material, and how words are written. Immutable; thread-safe.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/import/csv_reader.hpp"
#include "core/base/result.hpp"

namespace shop::demo {

using Words = std::vector<std::string>;

// "Bowl with Roses, Red" → bowl with roses red.
Words words_of(std::string_view title);

// With a to z in capitals; all other bytes as they are.
std::string in_capitals(std::string_view text);

// Calls `take` with each row of a CSV file behind its header; .gz is unpacked on the way, so that a
// file of any size takes little memory. An error of `take` ends it. kUnavailable "no-demo-data",
// naming the file; kCorrupt "bad-demo-data" for a row that is none.
Status for_each_row(const std::filesystem::path& file,
                    const std::function<Status(const std::vector<std::string>&)>& take);

// All of them, of a file that is small. Errors: those of for_each_row().
Result<std::vector<std::vector<std::string>>> read_rows(const std::filesystem::path& file);

class Tables {
  public:
    // Errors: those of read_rows(); kCorrupt for a rule that is none.
    static Result<Tables> load(const std::filesystem::path& folder);

    // Rules by strength: theme, anywhere; phrase and noun, before a "with" or "in" first, then
    // anywhere; motif; hint. Of several of one strength the one that ends last in the title counts,
    // then the longer one. "Other" if none matches.
    std::string category_of(const Words& title) const;

    // The first that the title names; empty if it names none.
    std::string color_of(const Words& title) const;
    std::string material_of(const Words& title) const;

    // A description in capitals as a title.
    std::string title_of(std::string_view description) const;

  private:
    enum class Strength { kTheme, kThing, kMotif, kHint };
    struct Rule {
        Strength strength = Strength::kTheme;
        std::string meaning;
        Words words;
    };
    // By their last word; a title's word is looked up as it is and without the ending of a plural.
    using Rules = std::unordered_multimap<std::string, Rule>;
    struct Match {
        std::size_t end = 0;  // behind its last word; 0: none
        std::size_t length = 0;
        const Rule* rule = nullptr;
    };

    static Result<Rules> load_meanings(const std::filesystem::path& file);
    static void add(Rules& rules, Rule rule, std::string_view alternatives);
    static std::vector<Match> matches_in(const Rules& rules, const Words& title);
    static std::string first_of(const Rules& rules, const Words& title);
    std::string word_of(std::string_view word, bool is_first) const;

    Rules categories_;
    Rules colors_;
    Rules materials_;
    std::unordered_map<std::string, std::string> spelling_;
};

}  // namespace shop::demo
