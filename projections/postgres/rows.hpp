// What a query gives back, and what goes into one. Values travel in Postgres's text format; money
// and counts are integers, so nothing is lost by that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;  // libpq's PGresult; only the sources of this folder know it

namespace shop::postgres {

// $1, $2, … of a query; nothing means NULL.
using Parameters = std::vector<std::optional<std::string>>;

// A statement that each connection prepares once, at its first use. Both texts must live as long as
// the program: statements are constants.
struct Statement {
    std::string_view name;
    std::string_view sql;
    // Not prepared but planned each time, for its values: where the best plan hangs on them.
    bool plan_anew = false;
};

// The rows of one result. Immutable; views stay valid as long as the object.
class Rows {
  public:
    Rows() = default;
    explicit Rows(pg_result* owned);

    std::size_t size() const { return size_; }
    int columns() const;
    bool is_empty() const { return size_ == 0; }
    // Rows that an INSERT, UPDATE or DELETE changed.
    std::int64_t affected() const;

    // row < size(); a column is counted from 0. NULL reads as empty text and as 0.
    bool is_null(std::size_t row, int column) const;
    std::string_view text(std::size_t row, int column) const;
    std::int64_t integer(std::size_t row, int column) const;
    bool boolean(std::size_t row, int column) const { return text(row, column) == "t"; }
    // Of a bytea, as encode(…, 'hex') gives it; nothing if the text is no such thing.
    std::optional<std::string> bytes(std::size_t row, int column) const;
    // The elements of a one-dimensional array without quoted elements (numbers, ids).
    std::vector<std::string_view> list(std::size_t row, int column) const;
    std::vector<std::int64_t> integers(std::size_t row, int column) const;

  private:
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
    std::size_t size_ = 0;
};

// Appends one element to the text of a Postgres array ("{a,b}"): start with "{", end with
// close_array.
void append_array_element(std::string& array, std::string_view element);
void append_array_null(std::string& array);
void close_array(std::string& array);
template <class Range>
std::string array_of(const Range& elements) {
    std::string text = "{";
    for (const auto& element : elements) append_array_element(text, element);
    close_array(text);
    return text;
}

}  // namespace shop::postgres
