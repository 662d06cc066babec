#include "api/demo/year/year_tables.hpp"

#include "api/demo/tables.hpp"
#include "core/base/text.hpp"

namespace shop::demo {
namespace {

std::unexpected<Error> bad_row(std::string_view file, const std::vector<std::string>& row) {
    return fail(ErrorCode::kCorrupt, "bad-demo-data",
                std::string(file) + " has a row that means nothing: " + row.front() + ".");
}

// The words of a note in small letters, each with a blank before and behind.
std::string spaced(std::string_view text) {
    std::string out = " ";
    for (const char c : text) {
        const char lower = ascii_lower(c);
        const bool is_word = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
                             lower == '\'' || lower == '-';
        if (is_word)
            out.push_back(lower);
        else if (out.back() != ' ')
            out.push_back(' ');
    }
    return out.back() == ' ' ? out : out + " ";
}

// "a*" → "a", true.
std::pair<std::string, bool> without_star(std::string_view text) {
    const bool has_star = text.ends_with('*');
    return {std::string(text.substr(0, text.size() - (has_star ? 1 : 0))), has_star};
}

}  // namespace

Result<YearTables> YearTables::load(const std::filesystem::path& folder) {
    YearTables tables;
    SHOP_TRY(fees, read_rows(folder / "fees.csv"));
    for (const auto& row : fees) {
        const auto kind = row.size() == 3 ? find_enum<sale::LineKind>(row[1]) : std::nullopt;
        if (!kind) return bad_row("fees.csv", row);
        const auto [code, is_prefix] = without_star(row[0]);
        if (is_prefix)
            tables.fee_prefixes_.emplace_back(code, *kind);
        else
            tables.fees_.emplace(code, *kind);
    }
    SHOP_TRY(countries, read_rows(folder / "countries.csv"));
    for (const auto& row : countries) {
        if (row.size() != 3) return bad_row("countries.csv", row);
        Destination& destination = tables.destinations_[row[0]];
        if (!row[1].empty()) destination.country = row[1];
        if (row[2] != "country") destination.words = row[0];
    }
    SHOP_TRY(adjustments, read_rows(folder / "adjustments.csv"));
    for (const auto& row : adjustments) {
        const auto reason = row.size() == 2 ? find_enum<stock::AdjustReason>(row[1]) : std::nullopt;
        if (!reason) return bad_row("adjustments.csv", row);
        for (std::string_view rest = row[0]; !rest.empty();) {
            const std::size_t end = std::min(rest.find('|'), rest.size());
            const auto [words, is_prefix] = without_star(rest.substr(0, end));
            tables.phrases_.push_back({words, is_prefix, *reason});
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return tables;
}

std::optional<sale::LineKind> YearTables::fee_kind_of(std::string_view code) const {
    if (const auto found = fees_.find(code); found != fees_.end()) return found->second;
    for (const auto& [prefix, kind] : fee_prefixes_)
        if (code.starts_with(prefix)) return kind;
    return std::nullopt;
}

Result<Destination> YearTables::destination_of(const std::string& words) const {
    const auto found = destinations_.find(words);
    if (found == destinations_.end())
        return fail(ErrorCode::kCorrupt, "bad-demo-data",
                    "countries.csv has no row for " + words + ".");
    return found->second;
}

stock::AdjustReason YearTables::reason_of(std::string_view note) const {
    const std::string words = spaced(note);
    for (const Phrase& phrase : phrases_) {
        const std::string wanted = " " + phrase.words + (phrase.is_prefix ? "" : " ");
        if (words.contains(wanted)) return phrase.reason;
    }
    return stock::AdjustReason::kUnknown;
}

}  // namespace shop::demo
