#include "api/keys/key_transfer.hpp"

#include <fmt/format.h>

#include "api/keys/keys_schema.hpp"
#include "core/base/digest.hpp"

namespace shop::api {
namespace {

// Whoever opens the database meanwhile waits for these tables, and gives up.
constexpr std::string_view kBegin = R"(
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL synchronous_commit = on;
    LOCK TABLE secret, key, kept_text, key_maker IN EXCLUSIVE MODE)";

constexpr std::string_view kIsEmpty = R"(
    SELECT NOT EXISTS (SELECT FROM key) AND NOT EXISTS (SELECT FROM secret)
       AND NOT EXISTS (SELECT FROM kept_text))";

std::unexpected<Error> not_empty() {
    return fail(ErrorCode::kConflict, "not-empty",
                "The database holds keys already, of another shop or of an earlier move of this "
                "one. Name an empty one.");
}

}  // namespace

Result<KeyTransfer> KeyTransfer::open(const std::string& conninfo) {
    SHOP_TRY(database, postgres::Database::connect(conninfo));
    SHOP_TRY_STATUS(prepare_keys_schema(database));
    return KeyTransfer(std::move(database));
}

Result<std::optional<LogId>> KeyTransfer::shop() {
    SHOP_TRY(rows, database_.query("SELECT text FROM kept_text WHERE name = $1",
                                   {std::string(kLogIdText)}));
    if (rows.is_empty()) return std::nullopt;
    return LogId::parse(rows.text(0, 0));
}

// If it fails, the connection ends with this object, and the transaction with it.
Status KeyTransfer::begin(const LogId& shop) {
    SHOP_TRY_STATUS(database_.execute(kBegin));
    SHOP_TRY_STATUS(require_room(shop));
    SHOP_TRY(life, database_.query("INSERT INTO key_maker (id) VALUES (gen_random_uuid()) "
                                   "RETURNING id"));
    maker_ = life.text(0, 0);
    SHOP_TRY_STATUS(add_text(kLogIdText, shop.to_string()));
    return add_text(kMovingText, shop.to_string());
}

Status KeyTransfer::require_room(const LogId& shop) {
    SHOP_TRY(whose, this->shop());
    SHOP_TRY(moving,
             database_.query("SELECT FROM kept_text WHERE name = $1", {std::string(kMovingText)}));
    if (whose == shop && !moving.is_empty())
        return database_.execute("TRUNCATE key, secret, kept_text, key_maker");
    SHOP_TRY(rows, database_.query(kIsEmpty));
    return rows.boolean(0, 0) ? Status{} : not_empty();
}

Status KeyTransfer::add_keys(std::span<const KeyRecord> keys) {
    if (keys.empty()) return {};
    std::string lines;
    for (const KeyRecord& key : keys)
        lines += fmt::format("{}\t{}\t{}\t{}\t\\\\x{}\n", key.number, tag_text(key.name()),
                             use_text(key.use), maker_, to_hex(key.key));
    SHOP_TRY_STATUS(
        database_.copy_in("COPY key (number, tag, use, maker, value) FROM STDIN", lines));
    return compare(keys);
}

Status KeyTransfer::compare(std::span<const KeyRecord> keys) {
    SHOP_TRY(rows, database_.query(
                       "SELECT number, tag, use, encode(value, 'hex') FROM key "
                       "WHERE number BETWEEN $1 AND $2 ORDER BY number",
                       {std::to_string(keys.front().number), std::to_string(keys.back().number)}));
    bool is_same = rows.size() == keys.size();
    for (std::size_t i = 0; is_same && i < keys.size(); ++i)
        is_same = rows.text(i, 0) == std::to_string(keys[i].number) &&
                  rows.text(i, 1) == tag_text(keys[i].name()) &&
                  rows.text(i, 2) == use_text(keys[i].use) &&
                  rows.text(i, 3) == to_hex(keys[i].key);
    if (is_same) return {};
    return fail(ErrorCode::kCorrupt, "not-a-copy",
                fmt::format("What the database holds differs from keys {} to {} of the folder. "
                            "Nothing was changed; look at the database, and begin again.",
                            keys.front().number, keys.back().number));
}

Status KeyTransfer::add_secret(std::string_view name, const std::string& value) {
    return database_.execute("INSERT INTO secret (name, value) VALUES ($1, $2)",
                             {std::string(name), value});
}

Status KeyTransfer::add_text(std::string_view name, const std::string& text) {
    return database_.execute("INSERT INTO kept_text (name, text) VALUES ($1, $2)",
                             {std::string(name), text});
}

Status KeyTransfer::commit(std::uint64_t last_number) {
    if (last_number > 0)
        SHOP_TRY_STATUS(
            database_.execute("SELECT setval(pg_get_serial_sequence('key', 'number'), $1)",
                              {std::to_string(last_number)}));
    return database_.execute("COMMIT");
}

Result<bool> KeyTransfer::finish() {
    SHOP_TRY_STATUS(database_.execute("SET synchronous_commit = on"));
    SHOP_TRY(rows, database_.query("DELETE FROM kept_text WHERE name = $1 RETURNING name",
                                   {std::string(kMovingText)}));
    return !rows.is_empty();
}

Result<KeyTransfer::Counts> KeyTransfer::counts() {
    SHOP_TRY(rows, database_.query("SELECT count(*) FILTER (WHERE use = 'person'), "
                                   "count(*) FILTER (WHERE use = 'token') FROM key"));
    return Counts{rows.integer(0, 0), rows.integer(0, 1)};
}

}  // namespace shop::api
