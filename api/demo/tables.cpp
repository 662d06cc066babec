#include "api/demo/tables.hpp"
#include "core/base/text.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

namespace shop::demo {
namespace {

std::unexpected<Error> no_file(const std::filesystem::path& file) {
    return fail(
        ErrorCode::kUnavailable, "no-demo-data",
        "The demo's file " + file.string() + " cannot be read. Say where it is: --demo-files.");
}

// The rows that are complete. The first of the file is its header.
Status take_rows(import::CsvReader& reader, const std::filesystem::path& file,
                 const std::function<Status(const std::vector<std::string>&)>& take) {
    import::CsvRow row;
    while (reader.next(row)) {
        if (row.is_bad())
            return fail(ErrorCode::kCorrupt, "bad-demo-data",
                        file.string() + ", row " + std::to_string(row.number) + ": " + row.problem);
        if (row.number > 1) SHOP_TRY_STATUS(take(row.fields));
    }
    return {};
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

// The word, and what it may be the plural of.
std::vector<std::string> singulars_of(const std::string& word) {
    std::vector<std::string> all{word};
    if (word.ends_with('s')) all.push_back(word.substr(0, word.size() - 1));
    if (word.ends_with("es")) all.push_back(word.substr(0, word.size() - 2));
    return all;
}

bool is_word(const std::string& wanted, const std::string& word) {
    return word == wanted || (word.starts_with(wanted) && (word.substr(wanted.size()) == "s" ||
                                                           word.substr(wanted.size()) == "es"));
}

}  // namespace

Words words_of(std::string_view title) {
    Words words;
    for (std::string_view part : split(ascii_lower(title), " ,/+()\"*")) {
        while (part.starts_with('.') || part.starts_with('\'')) part.remove_prefix(1);
        while (part.ends_with('.') || part.ends_with('\'')) part.remove_suffix(1);
        if (!part.empty()) words.emplace_back(part);
    }
    return words;
}

// Plain files are read as they are.
Status for_each_row(const std::filesystem::path& file,
                    const std::function<Status(const std::vector<std::string>&)>& take) {
    const std::unique_ptr<gzFile_s, decltype(&::gzclose)> in(::gzopen(file.c_str(), "rb"),
                                                             &::gzclose);
    if (!in) return no_file(file);
    import::CsvReader reader;
    std::array<char, 65'536> buffer;
    int count = 0;
    while ((count = ::gzread(in.get(), buffer.data(), buffer.size())) > 0) {
        reader.feed({buffer.data(), static_cast<std::size_t>(count)});
        SHOP_TRY_STATUS(take_rows(reader, file, take));
    }
    if (count < 0) return no_file(file);
    reader.finish();
    return take_rows(reader, file, take);
}

Result<std::vector<std::vector<std::string>>> read_rows(const std::filesystem::path& file) {
    std::vector<std::vector<std::string>> rows;
    SHOP_TRY_STATUS(for_each_row(file, [&](const std::vector<std::string>& row) -> Status {
        rows.push_back(row);
        return {};
    }));
    return rows;
}

Result<Tables> Tables::load(const std::filesystem::path& folder) {
    Tables tables;
    SHOP_TRY(categories, read_rows(folder / "categories.csv"));
    for (const auto& row : categories) {
        static const std::unordered_map<std::string_view, Strength> kStrengths = {
            {"theme", Strength::kTheme},
            {"phrase", Strength::kThing},
            {"noun", Strength::kThing},
            {"motif", Strength::kMotif},
            {"hint", Strength::kHint}};
        const auto strength = row.size() == 3 ? kStrengths.find(row[1]) : kStrengths.end();
        if (strength == kStrengths.end())
            return fail(ErrorCode::kCorrupt, "bad-demo-data",
                        "categories.csv has a rule that is none, for " + row.front() + ".");
        add(tables.categories_, {strength->second, row[0], {}}, row[2]);
    }
    SHOP_TRY(colors, load_meanings(folder / "colors.csv"));
    SHOP_TRY(materials, load_meanings(folder / "materials.csv"));
    SHOP_TRY(words, read_rows(folder / "words.csv"));
    tables.colors_ = std::move(colors);
    tables.materials_ = std::move(materials);
    for (const auto& row : words)
        if (row.size() == 2) tables.spelling_[row[0]] = row[1];
    return tables;
}

Result<Tables::Rules> Tables::load_meanings(const std::filesystem::path& file) {
    SHOP_TRY(rows, read_rows(file));
    Rules rules;
    for (const auto& row : rows)
        if (row.size() == 2) add(rules, {Strength::kThing, row[0], {}}, row[1]);
    return rules;
}

void Tables::add(Rules& rules, Rule rule, std::string_view alternatives) {
    for (const std::string_view alternative : split(alternatives, "|")) {
        rule.words = words_of(alternative);
        if (!rule.words.empty()) rules.emplace(rule.words.back(), rule);
    }
}

std::vector<Tables::Match> Tables::matches_in(const Rules& rules, const Words& title) {
    std::vector<Match> matches;
    for (std::size_t end = 1; end <= title.size(); ++end)
        for (const std::string& word : singulars_of(title[end - 1])) {
            const auto [first, last] = rules.equal_range(word);
            for (auto at = first; at != last; ++at) {
                const Words& wanted = at->second.words;
                if (wanted.size() > end) continue;
                const auto begin = title.begin() + static_cast<std::ptrdiff_t>(end - wanted.size());
                if (std::equal(wanted.begin(), wanted.end(), begin, is_word))
                    matches.push_back({end, wanted.size(), &at->second});
            }
        }
    return matches;
}

std::string Tables::category_of(const Words& title) const {
    const std::vector<Match> matches = matches_in(categories_, title);
    const auto best = [&](Strength strength, std::size_t before) -> const Rule* {
        Match found;
        for (const Match& match : matches) {
            const bool counts = match.rule->strength == strength && match.end <= before;
            const bool wins =
                std::pair(match.end, match.length) >= std::pair(found.end, found.length);
            if (counts && wins) found = match;
        }
        return found.rule;
    };
    const auto joint = std::ranges::find_if(
        title, [](const std::string& word) { return word == "with" || word == "in"; });
    const auto head = static_cast<std::size_t>(joint - title.begin());
    for (const auto& [strength, before] :
         {std::pair(Strength::kTheme, title.size()), std::pair(Strength::kThing, head),
          std::pair(Strength::kThing, title.size()), std::pair(Strength::kMotif, title.size()),
          std::pair(Strength::kHint, title.size())})
        if (const Rule* rule = best(strength, before)) return rule->meaning;
    return "Other";
}

// Of the words that begin first, the longest.
std::string Tables::first_of(const Rules& rules, const Words& title) {
    const Match* found = nullptr;
    const std::vector<Match> matches = matches_in(rules, title);
    for (const Match& match : matches) {
        const std::size_t begin = match.end - match.length;
        const bool wins = found == nullptr || begin < found->end - found->length ||
                          (begin == found->end - found->length && match.length > found->length);
        if (wins) found = &match;
    }
    return found == nullptr ? std::string() : found->rule->meaning;
}

std::string Tables::color_of(const Words& title) const {
    return first_of(colors_, title);
}

std::string Tables::material_of(const Words& title) const {
    return first_of(materials_, title);
}

}  // namespace shop::demo
