#include "core/catalog/rules.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace shop::catalog {

void Checks::text(std::string_view pointer, std::string_view value, std::size_t min,
                  std::size_t max) {
    if (!is_clean_text(value))
        return require(false, pointer, "must be text without control characters");
    const std::size_t length = count_code_points(value);
    if (length < min || length > max)
        require(false, pointer, fmt::format("must have {} to {} characters", min, max));
}

void Checks::line(std::string_view pointer, std::string_view value, std::size_t min,
                  std::size_t max) {
    const bool one_line = value.find_first_of("\t\r\n") == std::string_view::npos;
    const bool trimmed = !value.starts_with(' ') && !value.ends_with(' ');
    if (!one_line || !trimmed)
        return require(false, pointer, "must be one line without blanks at its ends");
    text(pointer, value, min, max);
}

void Checks::slug(std::string_view pointer, std::string_view value, std::size_t max) {
    require(is_slug(value) && value.size() <= max, pointer,
            fmt::format("must be lower-case letters and digits, joined by single hyphens, at most "
                        "{} characters",
                        max));
}

void Checks::number(std::string_view pointer, std::int64_t value, std::int64_t min,
                    std::int64_t max) {
    if (value < min || value > max)
        require(false, pointer, fmt::format("must be {} to {}", min, max));
}

void Checks::require(bool holds, std::string_view pointer, std::string_view detail) {
    if (!holds) errors_.push_back({std::string(pointer), std::string(detail)});
}

Status Checks::result() const {
    if (errors_.empty()) return {};
    Error error{ErrorCode::kInvalid, "invalid-request",
                errors_.size() == 1 ? errors_[0].pointer + " " + errors_[0].detail + "."
                                    : fmt::format("{} fields are wrong.", errors_.size())};
    error.fields = errors_;
    return std::unexpected(std::move(error));
}

bool is_slug(std::string_view text) {
    if (text.empty() || text.front() == '-' || text.back() == '-') return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && (c != '-' || text[i - 1] == '-')) return false;
    }
    return true;
}

Status require_version(const std::optional<std::uint64_t>& expected, std::uint64_t actual) {
    if (!expected || *expected == actual) return {};
    return fail(ErrorCode::kConflict, "version-mismatch",
                "It was changed since you read it. Read it again, then repeat your change.");
}

}  // namespace shop::catalog
