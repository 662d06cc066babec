// Helpers for rows of which a batch knows only some columns; the others are NULL on their way, and
// the statement keeps what is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "projections/row_set.hpp"

namespace shop::projections::storefront {

inline void add(postgres::RowSet& rows, const std::optional<std::string>& value) {
    if (value)
        rows.text(*value);
    else
        rows.null();
}

inline void add(postgres::RowSet& rows, const std::optional<std::int64_t>& value) {
    if (value)
        rows.integer(*value);
    else
        rows.null();
}

inline void add(postgres::RowSet& rows, const std::optional<bool>& value) {
    if (value)
        rows.boolean(*value);
    else
        rows.null();
}

inline void add(postgres::RowSet& rows, const std::optional<Time>& value) {
    if (value)
        rows.text(to_rfc3339(*value));
    else
        rows.null();
}

inline Status run(postgres::Database& database, postgres::RowSet& rows) {
    auto done = rows.run(database);
    if (!done) return std::unexpected(done.error());
    return {};
}

}  // namespace shop::projections::storefront
