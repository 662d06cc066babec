#include "projections/migrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/digest.hpp"
#include "projections/postgres/database.hpp"

namespace shop::projections {
namespace {

using postgres::Database;

// Any constant does, as long as every version of the program takes the same one.
constexpr std::string_view kLock = "SELECT pg_advisory_xact_lock(7467061209)";

constexpr std::string_view kTable = R"(
    CREATE TABLE IF NOT EXISTS schema_migration (
        name text PRIMARY KEY,
        sha256 text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    ))";

using Applied = std::map<std::string, std::string, std::less<>>;  // name → sha256

Result<Applied> load_applied(Database& database) {
    SHOP_TRY(rows, database.query("SELECT name, sha256 FROM schema_migration"));
    Applied applied;
    for (std::size_t i = 0; i < rows.size(); ++i) applied.emplace(rows.text(i, 0), rows.text(i, 1));
    return std::move(applied);
}

Status check_known(const Applied& applied, std::span<const SqlFile> files) {
    for (const auto& [name, sha256] : applied) {
        const auto file = std::ranges::find(files, name, &SqlFile::name);
        if (file == files.end())
            return fail(ErrorCode::kConflict, "newer-database",
                        fmt::format("The database has migration {}, which this program does not "
                                    "know. Start the newer program that applied it.",
                                    name));
        if (to_hex(sha256_of_parts({file->text})) != sha256)
            return fail(ErrorCode::kConflict, "migration-changed",
                        fmt::format("Migration {} was applied with another text. Restore the "
                                    "file and put the change into a new migration.",
                                    name));
    }
    return {};
}

Status apply(Database& database, const SqlFile& file) {
    const auto done = database.run(file.text);
    if (!done) {
        Error error = done.error();
        error.message = fmt::format("Migration {}: {}", file.name, error.message);
        return std::unexpected(std::move(error));
    }
    const auto noted =
        database.query("INSERT INTO schema_migration (name, sha256) VALUES ($1, $2)",
                       {std::string(file.name), to_hex(sha256_of_parts({file.text}))});
    if (!noted) return std::unexpected(noted.error());
    return {};
}

}  // namespace

Result<std::vector<std::string>> migrate(Database& database, std::span<const SqlFile> files) {
    SHOP_TRY(transaction, postgres::Transaction::begin(database));
    SHOP_TRY_STATUS(database.execute(kLock));
    SHOP_TRY_STATUS(database.execute(kTable));
    SHOP_TRY(applied, load_applied(database));
    SHOP_TRY_STATUS(check_known(applied, files));
    std::vector<std::string> done;
    for (const SqlFile& file : files) {
        if (applied.contains(file.name)) continue;
        SHOP_TRY_STATUS(apply(database, file));
        done.emplace_back(file.name);
    }
    SHOP_TRY_STATUS(transaction.commit());
    return done;
}

}  // namespace shop::projections
