#include "api/snapshots/postgres_snapshots.hpp"

#include "core/base/digest.hpp"
#include "projections/postgres/errors.hpp"

namespace shop::api {
namespace {

using postgres::Database;
using postgres::Rows;

constexpr Duration kSilentMax = seconds(10);
constexpr Duration kAwayFor = seconds(30);

constexpr std::string_view kPutChunk = R"(
    INSERT INTO snapshot_chunk (partition, entry, term, sha256, bytes)
    VALUES ($1, $2, $3, $4, decode($5, 'hex')) ON CONFLICT DO NOTHING)";

constexpr std::string_view kPutManifest = R"(
    INSERT INTO snapshot (partition, entry, term, manifest) VALUES ($1, $2, $3, $4)
    ON CONFLICT (partition, entry, term)
    DO UPDATE SET manifest = excluded.manifest, made_at = now())";

constexpr std::string_view kList = R"(
    SELECT entry, term FROM snapshot WHERE partition = $1 ORDER BY entry DESC, term DESC)";

constexpr std::string_view kReadManifest = R"(
    SELECT manifest FROM snapshot WHERE (partition, entry, term) = ($1, $2::bigint, $3::bigint))";

constexpr std::string_view kReadChunk = R"(
    SELECT encode(bytes, 'hex') FROM snapshot_chunk
    WHERE (partition, entry, term) = ($1, $2::bigint, $3::bigint) AND sha256 = $4)";

// Manifests first, so that no reader takes up what is about to go.
constexpr std::string_view kKeepNewest = R"(
    WITH kept AS (
        SELECT entry, term FROM snapshot WHERE partition = $1
        ORDER BY entry DESC, term DESC LIMIT $2::bigint),
    newest AS (SELECT entry, term FROM kept ORDER BY entry DESC, term DESC LIMIT 1),
    manifests AS (
        DELETE FROM snapshot WHERE partition = $1 AND (entry, term) NOT IN (SELECT * FROM kept))
    DELETE FROM snapshot_chunk WHERE partition = $1
        AND (entry, term) <= (SELECT * FROM newest)
        AND (entry, term) NOT IN (SELECT * FROM kept))";

postgres::Parameters named(const SnapshotKey& key, std::initializer_list<std::string> more = {}) {
    postgres::Parameters values{key.partition.to_string(), std::to_string(key.offset),
                                std::to_string(key.term)};
    values.insert(values.end(), more.begin(), more.end());
    return values;
}

std::string hex_of(std::string_view bytes) {
    return to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

Error away(const Error& error) {
    return {ErrorCode::kUnavailable, "snapshots-away",
            "The database of snapshots does not answer: " + error.message};
}

}  // namespace

// Under the mutex.
Status PostgresSnapshots::connect() const {
    if (database_) return {};
    if (away_until_ && clock_.steady() < *away_until_)
        return fail(ErrorCode::kUnavailable, "snapshots-away",
                    "The database of snapshots did not answer a moment ago.");
    auto connected =
        Database::connect(conninfo_, [](Duration silent) { return silent > kSilentMax; });
    if (!connected) {
        away_until_ = clock_.steady() + kAwayFor;
        return std::unexpected(away(connected.error()));
    }
    database_ = std::move(*connected);
    return {};
}

Result<Rows> PostgresSnapshots::query(std::string_view sql,
                                      const postgres::Parameters& values) const {
    const std::lock_guard lock(mutex_);
    SHOP_TRY_STATUS(connect());
    auto rows = database_->query(sql, values);
    if (rows) return rows;
    if (!postgres::is_connection_lost(rows.error())) return std::unexpected(away(rows.error()));
    database_.reset();
    away_until_ = clock_.steady() + kAwayFor;
    return std::unexpected(away(rows.error()));
}

Status PostgresSnapshots::put_chunk(const SnapshotKey& key, const std::string& sha256,
                                    std::string_view bytes) {
    SHOP_TRY(done, query(kPutChunk, named(key, {sha256, hex_of(bytes)})));
    (void)done;
    return {};
}

Status PostgresSnapshots::put_manifest(const SnapshotKey& key, std::string_view manifest) {
    SHOP_TRY(done, query(kPutManifest, named(key, {std::string(manifest)})));
    (void)done;
    return {};
}

Result<std::vector<SnapshotKey>> PostgresSnapshots::list(Partition partition) const {
    SHOP_TRY(rows, query(kList, {partition.to_string()}));
    std::vector<SnapshotKey> keys;
    for (std::size_t i = 0; i < rows.size(); ++i)
        keys.push_back(
            {partition, rows.integer(i, 0), static_cast<std::uint64_t>(rows.integer(i, 1))});
    return keys;
}

Result<std::optional<std::string>> PostgresSnapshots::read_manifest(const SnapshotKey& key) const {
    SHOP_TRY(rows, query(kReadManifest, named(key)));
    if (rows.is_empty()) return std::nullopt;
    return std::string(rows.text(0, 0));
}

Result<std::optional<std::string>> PostgresSnapshots::read_chunk(const SnapshotKey& key,
                                                                 const std::string& sha256) const {
    SHOP_TRY(rows, query(kReadChunk, named(key, {sha256})));
    if (rows.is_empty()) return std::nullopt;
    return rows.bytes(0, 0);
}

Status PostgresSnapshots::keep_newest(Partition partition, std::size_t count) {
    SHOP_TRY(done, query(kKeepNewest, {partition.to_string(), std::to_string(count)}));
    (void)done;
    return {};
}

}  // namespace shop::api
