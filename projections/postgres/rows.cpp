#include "projections/postgres/rows.hpp"

#include <libpq-fe.h>

#include <charconv>

#include "core/base/assert.hpp"

namespace shop::postgres {
namespace {

std::int64_t integer_in(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

void Rows::Clear::operator()(pg_result* result) const {
    PQclear(result);
}

Rows::Rows(pg_result* owned) : result_(owned), size_(static_cast<std::size_t>(PQntuples(owned))) {}

int Rows::columns() const {
    return result_ ? PQnfields(result_.get()) : 0;
}

std::int64_t Rows::affected() const {
    return result_ ? integer_in(PQcmdTuples(result_.get())) : 0;
}

bool Rows::is_null(std::size_t row, int column) const {
    SHOP_ASSERT(row < size_);
    return PQgetisnull(result_.get(), static_cast<int>(row), column) != 0;
}

std::string_view Rows::text(std::size_t row, int column) const {
    SHOP_ASSERT(row < size_);
    const int at = static_cast<int>(row);
    return {PQgetvalue(result_.get(), at, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

std::int64_t Rows::integer(std::size_t row, int column) const {
    return integer_in(text(row, column));
}

std::optional<std::string> Rows::bytes(std::size_t row, int column) const {
    const std::string_view hex = text(row, column);
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (const char* at = hex.data(); at != hex.data() + hex.size(); at += 2) {
        std::uint8_t byte = 0;
        if (std::from_chars(at, at + 2, byte, 16).ptr != at + 2) return std::nullopt;
        bytes.push_back(static_cast<char>(byte));
    }
    return bytes;
}

std::vector<std::string_view> Rows::list(std::size_t row, int column) const {
    std::vector<std::string_view> elements;
    std::string_view array = text(row, column);
    if (array.size() < 3) return elements;  // NULL and "{}"
    array = array.substr(1, array.size() - 2);
    while (true) {
        const auto comma = array.find(',');
        elements.push_back(array.substr(0, comma));
        if (comma == std::string_view::npos) return elements;
        array.remove_prefix(comma + 1);
    }
}

std::vector<std::int64_t> Rows::integers(std::size_t row, int column) const {
    std::vector<std::int64_t> values;
    for (const auto element : list(row, column)) values.push_back(integer_in(element));
    return values;
}

void append_array_element(std::string& array, std::string_view element) {
    if (array.size() > 1) array.push_back(',');
    array.push_back('"');
    for (const char c : element) {
        if (c == '"' || c == '\\') array.push_back('\\');
        array.push_back(c);
    }
    array.push_back('"');
}

void append_array_null(std::string& array) {
    if (array.size() > 1) array.push_back(',');
    array.append("NULL");
}

void close_array(std::string& array) {
    array.push_back('}');
}

}  // namespace shop::postgres
