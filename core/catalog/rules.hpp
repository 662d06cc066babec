// Checks that product and category commands share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace shop::catalog {

// Collects what is wrong with a command, field by field.
class Checks {
  public:
    // Text of `min` to `max` characters without control characters.
    void text(std::string_view pointer, std::string_view value, std::size_t min, std::size_t max);
    // The same on one line, without blanks at its ends.
    void line(std::string_view pointer, std::string_view value, std::size_t min, std::size_t max);
    // Lower-case words of letters and digits, joined by single hyphens.
    void slug(std::string_view pointer, std::string_view value, std::size_t max);
    void number(std::string_view pointer, std::int64_t value, std::int64_t min, std::int64_t max);
    void require(bool holds, std::string_view pointer, std::string_view detail);

    Status result() const;

  private:
    std::vector<FieldError> errors_;
};

bool is_slug(std::string_view text);

// kConflict "version-mismatch" unless `expected` is absent or is `actual`.
Status require_version(const std::optional<std::uint64_t>& expected, std::uint64_t actual);

}  // namespace shop::catalog
