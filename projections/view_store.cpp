#include "projections/view_store.hpp"

#include <fmt/format.h>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "projections/migrate.hpp"
#include "projections/postgres/database.hpp"
#include "projections/postgres/errors.hpp"
#include "projections/row_set.hpp"

namespace shop::projections {
namespace {

using postgres::Database;
using postgres::Rows;
using postgres::Transaction;

constexpr std::string_view kVersionColumns =
    "SELECT view, version, code_version, state, made, stopped FROM public.view_version ";

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

constexpr postgres::Column kBeginInputs[] = {{"view", "text"},
                                             {"version", "integer"},
                                             {"partition", "text"},
                                             {"next_offset", "bigint"},
                                             {"checkpoint", "text"}};
constexpr postgres::SetStatement kBeginCheckpoints{
    "begin_checkpoints", kBeginInputs,
    "INSERT INTO public.view_checkpoint (view, version, partition, next_offset, checkpoint) "
    "SELECT u.view, u.version, u.partition, u.next_offset, u.checkpoint FROM {rows} "
    "ON CONFLICT (view, version, partition) DO NOTHING"};

constexpr postgres::Column kMoveInputs[] = {{"view", "text"},          {"version", "integer"},
                                            {"made", "bigint"},        {"partition", "text"},
                                            {"from_offset", "bigint"}, {"next_offset", "bigint"},
                                            {"checkpoint", "text"}};
constexpr postgres::SetStatement kMoveCheckpoints{
    "move_checkpoints", kMoveInputs,
    "UPDATE public.view_checkpoint c SET next_offset = u.next_offset, checkpoint = u.checkpoint "
    "FROM {rows}, public.view_version v WHERE c.view = u.view AND c.version = u.version "
    "AND c.partition = u.partition AND c.next_offset = u.from_offset "
    "AND v.view = u.view AND v.version = u.version AND v.made = u.made AND v.stopped = ''"};

// A lock that transactions of runners share, and who swaps or drops the version has alone.
std::int64_t feeding_lock(std::string_view view, int version) {
    return postgres::lock_key({"feeding", view, std::to_string(version)});
}

std::string lock_out_runners(std::string_view view, int version) {
    return fmt::format("SELECT pg_advisory_xact_lock({})", feeding_lock(view, version));
}

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

Status begin_checkpoints(Database& database, const ViewVersion& version,
                         const Checkpoints& missing) {
    postgres::RowSet rows(kBeginCheckpoints, postgres::WriteMode::kTail);
    for (const auto& [partition, checkpoint] : missing)
        rows.text(version.view)
            .integer(version.version)
            .text(partition.to_string())
            .integer(checkpoint.offset + 1)
            .text(json::to_json(checkpoint, json::Defaults::kOmit));
    SHOP_TRY(done, rows.run(database));
    (void)done;
    return {};
}

Result<Transaction> begin_batch(Database& database, const ViewVersion& version) {
    return Transaction::begin(database, fmt::format("SELECT pg_advisory_xact_lock_shared({})",
                                                    feeding_lock(version.view, version.version)));
}

Result<bool> goes_on(Database& database, const ViewVersion& version) {
    constexpr postgres::Statement kGoesOn{"goes_on",
                                          "SELECT 1 FROM public.view_version WHERE view = $1 "
                                          "AND version = $2 AND made = $3 AND stopped = ''"};
    SHOP_TRY(rows, database.query(kGoesOn, {version.view, std::to_string(version.version),
                                            std::to_string(version.made)}));
    return !rows.is_empty();
}

Result<bool> move_checkpoints(Database& database, const ViewVersion& version, const Offsets& from,
                              const Checkpoints& to) {
    postgres::RowSet rows(kMoveCheckpoints, postgres::WriteMode::kTail);
    for (const auto& [partition, checkpoint] : to)
        rows.text(version.view)
            .integer(version.version)
            .integer(version.made)
            .text(partition.to_string())
            .integer(from.at(partition) + 1)
            .integer(checkpoint.offset + 1)
            .text(json::to_json(checkpoint, json::Defaults::kOmit));
    SHOP_TRY(done, rows.run(database));
    return done.affected() == static_cast<std::int64_t>(to.size());
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

namespace {

// Whoever looks which versions there are, and makes one, does so alone.
Result<std::vector<ViewVersion>> lock_versions(Database& database, std::string_view view) {
    SHOP_TRY_STATUS(database.execute("LOCK TABLE view_version IN SHARE ROW EXCLUSIVE MODE"));
    return load_versions(database, view);
}

// Inside the transaction that has locked them.
Result<int> add_version(Database& database, std::string_view view, int code_version,
                        const std::vector<ViewVersion>& versions) {
    SHOP_TRY(sql, sql_of(view));
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
    return version;
}

}  // namespace

Result<int> create_version(Database& database, std::string_view view, int code_version) {
    SHOP_TRY(transaction, Transaction::begin(database));
    SHOP_TRY(versions, lock_versions(database, view));
    SHOP_TRY(version, add_version(database, view, code_version, versions));
    SHOP_TRY_STATUS(transaction.commit());
    return version;
}

Status ensure_version(Database& database, std::string_view view, int code_version) {
    const auto have_ours = [&](const std::vector<ViewVersion>& versions) {
        return std::ranges::any_of(
            versions, [&](const ViewVersion& each) { return each.code_version == code_version; });
    };
    SHOP_TRY(seen, load_versions(database, view));
    if (have_ours(seen)) return {};
    SHOP_TRY(transaction, Transaction::begin(database));
    SHOP_TRY(versions, lock_versions(database, view));
    if (have_ours(versions)) return {};
    SHOP_TRY(version, add_version(database, view, code_version, versions));
    (void)version;
    return transaction.commit();
}

Result<int> begin_rebuild(Database& database, std::string_view view, int code_version) {
    SHOP_TRY(transaction, Transaction::begin(database));
    SHOP_TRY(versions, lock_versions(database, view));
    for (const ViewVersion& version : versions)
        if (version.state == VersionState::kBuilding)
            return fail(ErrorCode::kConflict, "already-building",
                        fmt::format("Version {} of view {} is being built. Swap to it or drop it.",
                                    version.version, view));
    SHOP_TRY(version, add_version(database, view, code_version, versions));
    SHOP_TRY_STATUS(transaction.commit());
    return version;
}

namespace {

constexpr int kDropTries = 20;

Status drop_once(Database& database, std::string_view view, int version) {
    SHOP_TRY(transaction, Transaction::begin(database));
    SHOP_TRY(versions, lock_versions(database, view));
    (void)versions;
    SHOP_TRY_STATUS(database.execute(lock_out_runners(view, version)));
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

}  // namespace

// A runner that takes statistics holds one table, and waits for another.
Status drop_version(Database& database, std::string_view view, int version) {
    Status done = drop_once(database, view, version);
    for (int tries = 1; !done && postgres::is_retry_at_once(done.error()) && tries < kDropTries;
         ++tries)
        done = drop_once(database, view, version);
    return done;
}

namespace {

constexpr int kSwapTries = 50;
constexpr std::int64_t kSwapGapMax =
    10'000;  // entries that are read while the live one stands still

std::unexpected<Error> not_ready(std::string_view view, int version, std::string_view why) {
    return fail(ErrorCode::kUnavailable, "swap-not-ready",
                fmt::format("Version {} of view {} {}. Try again.", version, view, why));
}

// How many entries `version` has not read that the live one has.
Result<std::int64_t> gap_to_live(Database& database, std::string_view view, int version) {
    SHOP_TRY(rows,
             database.query("SELECT coalesce(sum(greatest(0, l.next_offset - "
                            "coalesce(n.next_offset, 0))), 0)::bigint FROM view_checkpoint l "
                            "JOIN view_version v USING (view, version) "
                            "LEFT JOIN view_checkpoint n ON n.view = l.view AND n.version = $2 "
                            "AND n.partition = l.partition "
                            "WHERE l.view = $1 AND v.state = 'live'",
                            {std::string(view), std::to_string(version)}));
    return rows.integer(0, 0);
}

// The live version is locked first: it stands still, and the other one, which does not, is ahead of
// it sooner or later.
Status swap_once(Database& database, std::string_view view, int version) {
    SHOP_TRY(transaction, Transaction::begin(database, "SET LOCAL lock_timeout = '100ms'"));
    SHOP_TRY(versions, lock_versions(database, view));
    for (const ViewVersion& each : versions)
        if (each.state == VersionState::kLive)
            SHOP_TRY_STATUS(database.execute(lock_out_runners(view, each.version)));
    for (int turn = 0;; ++turn) {
        SHOP_TRY(gap, gap_to_live(database, view, version));
        if (gap == 0) break;
        if (turn == kSwapTries) return not_ready(view, version, "has not caught up");
        SHOP_TRY_STATUS(database.execute("SELECT pg_sleep(0.02)"));
    }
    SHOP_TRY(target, load_version(database, view, version));
    if (!target.stopped.empty())
        return fail(
            ErrorCode::kConflict, "view-stopped",
            fmt::format("Version {} of view {} has stopped: {}", version, view, target.stopped));
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
    SHOP_TRY(gap, gap_to_live(database, view, version));
    if (gap > kSwapGapMax)
        return fail(ErrorCode::kUnavailable, "swap-too-early",
                    fmt::format("Version {} of view {} is {} entries behind the live one. Try "
                                "again.",
                                version, view, gap));
    for (int turn = 0; turn < kSwapTries; ++turn) {
        auto done = swap_once(database, view, version);
        const bool passes = !done && (done.error().type == "postgres-55P03" ||
                                      postgres::is_retry_at_once(done.error()));
        if (!passes) return done;
    }
    return not_ready(view, version, "could not be locked");
}

}  // namespace shop::projections
