#include "api/import/row_cells.hpp"

#include <charconv>

#include "core/base/text.hpp"
#include "core/catalog/product.hpp"

namespace shop::import {

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    return number;
}

Result<std::map<std::string, std::string>> read_options(std::string_view text) {
    std::map<std::string, std::string> options;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        const std::string_view pair = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const std::string name(trimmed(pair.substr(0, equals)));
        const std::string value(
            equals == std::string_view::npos ? "" : trimmed(pair.substr(equals + 1)));
        const bool fits = !name.empty() && !value.empty() && name.size() <= product::kNameMax &&
                          value.size() <= product::kValueMax;
        if (!fits || !options.emplace(name, value).second || options.size() > product::kOptionsMax)
            return fail(ErrorCode::kInvalid, "bad-row",
                        "options must be like \"size=L; color=Red\", each once, at most 5");
    }
    return options;
}

std::vector<std::string> split_path(std::string_view text) {
    std::vector<std::string> titles;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('>'), text.size());
        const std::string_view title = trimmed(text.substr(0, end));
        if (!title.empty()) titles.emplace_back(title);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return titles;
}

std::string slug_of(std::string_view title) {
    std::string slug;
    for (const char c : title) {
        const char lower = ascii_lower(c);
        const bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
        if (plain)
            slug.push_back(lower);
        else if (c != '\'' && !slug.empty() && slug.back() != '-')
            slug.push_back('-');
    }
    while (slug.ends_with('-')) slug.pop_back();
    return slug;
}

}  // namespace shop::import
