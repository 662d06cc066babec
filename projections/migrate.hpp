// Brings a database to the schema this program needs: every file of migrations/ once, in order of
// its name, all in one transaction, one process at a time.
//
// The tables of a projection are not made here but once per version of it (registry.hpp), from
// migrations/projections/<name>.sql.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace shop::postgres {
class Database;
}

namespace shop::projections {

// A file of migrations/, held by the program. `name` is its name without ".sql".
struct SqlFile {
    std::string_view name;
    std::string_view text;
};

std::span<const SqlFile> migration_files();
std::span<const SqlFile> projection_files();
// Of migrations/keys/ (api/keys/postgres_shelf.hpp).
std::span<const SqlFile> key_migration_files();

// Applies what is missing and returns the names applied. Refuses, changing nothing:
// kConflict "migration-changed" if an applied file has another text today, and "newer-database" if
// the database knows a migration that this program does not (an older program on newer data).
Result<std::vector<std::string>> migrate(postgres::Database& database,
                                         std::span<const SqlFile> files = migration_files());

}  // namespace shop::projections
