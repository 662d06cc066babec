#include "projections/view_store.hpp"

#include <fmt/format.h>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "projections/migrate.hpp"
#include "projections/postgres/database.hpp"
#include "projections/row_set.hpp"

namespace shop::projections {
namespace {

using postgres::Database;
using postgres::Rows;
using postgres::Transaction;

constexpr std::string_view kVersionColumns =
    "SELECT view, version, code_version, state, generation, stopped FROM view_version ";

ViewVersion version_in(const Rows& rows, std::size_t row) {
    return {std::string(rows.text(row, 0)),
            static_cast<int>(rows.integer(row, 1)),
            static_cast<int>(rows.integer(row, 2)),
            find_enum<VersionState>(rows.text(row, 3)).value_or(VersionState::kBuilding),
            rows.integer(row, 4),
            std::string(rows.text(row, 5))};
}

// Of all files of that name: <view>.sql, and <view>.<part>.sql, which do not need each other.
Result<std::string> sql_of(std::string_view view) {
    std::string sql;
    for (const SqlFile& file : projection_files())
        if (file.name == view) sql += file.text;
    if (!sql.empty()) return sql;
    return fail(ErrorCode::kNotFound, "unknown-view",
                fmt::format("There is no view \"{}\" in this program.", view));
}

constexpr postgres::Column kCheckpointInputs[] = {{"view", "text"},
                                                  {"version", "integer"},
                                                  {"partition", "text"},
                                                  {"next_offset", "bigint"},
                                                  {"checkpoint", "text"}};
constexpr postgres::SetStatement kSaveCheckpoints{
    "save_checkpoints", kCheckpointInputs,
    "INSERT INTO public.view_checkpoint (view, version, partition, next_offset, checkpoint) "
    "SELECT u.view, u.version, u.partition, u.next_offset, u.checkpoint FROM {rows} "
    "ON CONFLICT (view, version, partition) DO UPDATE "
    "SET next_offset = excluded.next_offset, checkpoint = excluded.checkpoint"};

}  // namespace

std::string schema_of(std::string_view view, int version) {
    return fmt::format("{}_{}", view, version);
}

Result<std::vector<ViewVersion>> load_versions(Database& database, std::string_view view) {
    SHOP_TRY(rows, database.query(std::string(kVersionColumns) + "WHERE view = $1 ORDER BY version",
                                  {std::string(view)}));
    std::vector<ViewVersion> versions;
    for (std::size_t i = 0; i < rows.size(); ++i) versions.push_back(version_in(rows, i));
    return versions;
}

Result<ViewVersion> load_version(Database& database, std::string_view view, int version) {
    SHOP_TRY(rows, database.query(std::string(kVersionColumns) + "WHERE view = $1 AND version = $2",
                                  {std::string(view), std::to_string(version)}));
    if (rows.is_empty())
        return fail(ErrorCode::kNotFound, "unknown-version",
                    fmt::format("View {} has no version {}.", view, version));
    return version_in(rows, 0);
}

Result<Checkpoints> load_checkpoints(Database& database, std::string_view view, int version) {
    SHOP_TRY(rows, database.query("SELECT partition, checkpoint FROM public.view_checkpoint "
                                  "WHERE view = $1 AND version = $2",
                                  {std::string(view), std::to_string(version)}));
    Checkpoints checkpoints;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto partition = Partition::parse(rows.text(i, 0));
        auto checkpoint = json::from_json<Checkpoint>(rows.text(i, 1), json::Missing::kIsDefault);
        if (!partition || !checkpoint)
            return fail(
                ErrorCode::kCorrupt, "checkpoint-damaged",
                fmt::format("A checkpoint of view {} cannot be read. Build it anew.", view));
        checkpoints.emplace(*partition, std::move(*checkpoint));
    }
    return checkpoints;
}

Status save_checkpoints(Database& database, std::string_view view, int version,
                        const Checkpoints& checkpoints) {
    postgres::RowSet rows(kSaveCheckpoints, postgres::WriteMode::kTail);
    for (const auto& [partition, checkpoint] : checkpoints)
        rows.text(view)
            .integer(version)
            .text(partition.to_string())
            .integer(checkpoint.offset + 1)
            .text(json::to_json(checkpoint, json::Defaults::kOmit));
    SHOP_TRY(done, rows.run(database));
    (void)done;
    return {};
}

Result<bool> advance_generation(Database& database, const ViewVersion& version) {
    constexpr postgres::Statement kAdvance{
        "advance_generation",
        "UPDATE public.view_version SET generation = generation + 1 "
        "WHERE view = $1 AND version = $2 AND generation = $3 AND stopped = ''"};
    SHOP_TRY(rows, database.query(kAdvance, {version.view, std::to_string(version.version),
                                             std::to_string(version.generation)}));
    return rows.affected() == 1;
}

Status set_stopped(Database& database, std::string_view view, int version,
                   std::string_view reason) {
    return database.execute(
        "UPDATE public.view_version SET stopped = $3 WHERE view = $1 AND version = $2",
        {std::string(view), std::to_string(version), std::string(reason)});
}

namespace {

// The stable views of a schema's tables. Replaced in place, so that views of others on top of them
// stay; only if the columns changed they are made anew.
Status show(Database& database, std::string_view view, int version) {
    SHOP_TRY_STATUS(database.execute(fmt::format("CREATE SCHEMA IF NOT EXISTS {}", view)));
    const std::string schema = schema_of(view, version);
    SHOP_TRY(tables, database.query("SELECT tablename FROM pg_tables WHERE schemaname = $1 "
                                    "ORDER BY tablename",
                                    {schema}));
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const std::string_view table = tables.text(i, 0);
        SHOP_TRY_STATUS(database.execute("SAVEPOINT stable_view"));
        const auto replaced = database.execute(fmt::format(
            "CREATE OR REPLACE VIEW {0}.{1} AS SELECT * FROM {2}.{1}", view, table, schema));
        if (replaced) continue;
        SHOP_TRY_STATUS(
            database.execute(fmt::format("ROLLBACK TO stable_view; DROP VIEW {0}.{1}; "
                                         "CREATE VIEW {0}.{1} AS SELECT * FROM {2}.{1}",
                                         view, table, schema)));
    }
    return {};
}

Status insert_version(Database& database, std::string_view view, int version, int code_version,
                      bool live) {
    return database.execute(
        "INSERT INTO view_version (view, version, code_version, state) VALUES ($1, $2, $3, $4)",
        {std::string(view), std::to_string(version), std::to_string(code_version),
         std::string(enum_name(live ? VersionState::kLive : VersionState::kBuilding))});
}

}  // namespace

Result<int> create_version(Database& database, std::string_view view, int code_version) {
    SHOP_TRY(sql, sql_of(view));
    SHOP_TRY(transaction, Transaction::begin(database));
    // Two starts at once must not make the same number.
    SHOP_TRY_STATUS(database.execute("LOCK TABLE view_version IN SHARE ROW EXCLUSIVE MODE"));
    SHOP_TRY(versions, load_versions(database, view));
    const int version = versions.empty() ? 1 : versions.back().version + 1;
    const bool live = std::ranges::none_of(
        versions, [](const ViewVersion& v) { return v.state == VersionState::kLive; });
    const std::string schema = schema_of(view, version);
    SHOP_TRY_STATUS(database.execute(fmt::format(
        "DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}; SET LOCAL search_path = {0}, public",
        schema)));
    SHOP_TRY_STATUS(database.execute(sql));
    SHOP_TRY_STATUS(insert_version(database, view, version, code_version, live));
    if (live) SHOP_TRY_STATUS(show(database, view, version));
    SHOP_TRY_STATUS(transaction.commit());
    return version;
}

Status drop_version(Database& database, std::string_view view, int version) {
    SHOP_TRY(transaction, Transaction::begin(database));
    SHOP_TRY(rows, database.query("DELETE FROM view_version WHERE view = $1 AND version = $2 "
                                  "AND state <> 'live'",
                                  {std::string(view), std::to_string(version)}));
    if (rows.affected() == 0)
        return fail(ErrorCode::kConflict, "view-live",
                    fmt::format("Version {} of view {} is live or does not exist. Swap first.",
                                version, view));
    SHOP_TRY_STATUS(
        database.execute(fmt::format("DROP SCHEMA {} CASCADE", schema_of(view, version))));
    return transaction.commit();
}

namespace {

constexpr int kSwapTries = 50;

std::unexpected<Error> not_ready(std::string_view view, int version, std::string_view why) {
    return fail(ErrorCode::kUnavailable, "swap-not-ready",
                fmt::format("Version {} of view {} {}. Try again.", version, view, why));
}

// Whether `version` has read at least as far as the live one everywhere.
Result<bool> has_caught_up(Database& database, std::string_view view, int version) {
    SHOP_TRY(rows,
             database.query("SELECT count(*) FROM view_checkpoint l "
                            "JOIN view_version v USING (view, version) "
                            "LEFT JOIN view_checkpoint n ON n.view = l.view AND n.version = $2 "
                            "AND n.partition = l.partition "
                            "WHERE l.view = $1 AND v.state = 'live' "
                            "AND coalesce(n.next_offset, 0) < l.next_offset",
                            {std::string(view), std::to_string(version)}));
    return rows.integer(0, 0) == 0;
}

// The live version's row is locked first: it stands still, and the other one, which does not, is
// ahead of it sooner or later. Only then that one is locked too.
Status swap_once(Database& database, std::string_view view, int version) {
    SHOP_TRY(transaction, Transaction::begin(database));
    SHOP_TRY_STATUS(database.execute("SET LOCAL lock_timeout = '100ms'"));
    SHOP_TRY_STATUS(
        database.execute("SELECT 1 FROM view_version WHERE view = $1 AND state = 'live' FOR UPDATE",
                         {std::string(view)}));
    for (int turn = 0;; ++turn) {
        SHOP_TRY(ready, has_caught_up(database, view, version));
        if (ready) break;
        if (turn == kSwapTries) return not_ready(view, version, "has not caught up");
        SHOP_TRY_STATUS(database.execute("SELECT pg_sleep(0.02)"));
    }
    SHOP_TRY(locked, database.query(std::string(kVersionColumns) +
                                        "WHERE view = $1 AND version = $2 FOR UPDATE",
                                    {std::string(view), std::to_string(version)}));
    if (locked.is_empty())
        return fail(ErrorCode::kNotFound, "unknown-version",
                    fmt::format("View {} has no version {}.", view, version));
    if (!version_in(locked, 0).stopped.empty())
        return fail(ErrorCode::kConflict, "view-stopped",
                    fmt::format("Version {} of view {} has stopped: {}", version, view,
                                version_in(locked, 0).stopped));
    SHOP_TRY_STATUS(database.execute(
        "UPDATE view_version SET state = 'previous' WHERE view = $1 AND state = 'live'",
        {std::string(view)}));
    SHOP_TRY_STATUS(
        database.execute("UPDATE view_version SET state = 'live' WHERE view = $1 AND version = $2",
                         {std::string(view), std::to_string(version)}));
    SHOP_TRY_STATUS(show(database, view, version));
    return transaction.commit();
}

}  // namespace

Status swap_to(Database& database, std::string_view view, int version) {
    SHOP_TRY(target, load_version(database, view, version));
    if (target.state == VersionState::kLive) return {};
    for (int turn = 0; turn < kSwapTries; ++turn) {
        auto done = swap_once(database, view, version);
        if (done || done.error().type != "postgres-55P03") return done;
    }
    return not_ready(view, version, "could not be locked");
}

}  // namespace shop::projections
