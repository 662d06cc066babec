#include "api/keys/postgres_shelf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "api/keys/keys_connection.hpp"
#include "api/keys/keys_schema.hpp"
#include "core/base/digest.hpp"
#include "projections/postgres/database.hpp"

namespace shop::api {
namespace {

using postgres::Database;
using postgres::Rows;

constexpr Duration kLookEvery = seconds(10);  // whether whoever should tell news is still there
constexpr Duration kNewsAgeMax = minutes(1);
constexpr Duration kSignEvery = minutes(1);
constexpr Duration kAliveFor = minutes(30);  // after its last sign a process hands no token out
constexpr Duration kDeadAfter = hours(1);    // … and then others sweep its tokens
constexpr std::size_t kSecretBytes = 32;

// A table that is locked, by VACUUM FULL say, is waited for by nobody for long.
constexpr std::string_view kSetup =
    "SET search_path = shop_keys; SET lock_timeout = '200ms'; SET statement_timeout = '5s'";

constexpr std::string_view kAppend = R"(
    INSERT INTO key (tag, use, maker, value)
    SELECT tag, $3, $4::uuid, decode(value, 'hex')
    FROM unnest($1::text[], $2::text[]) AS drawn(tag, value)
    RETURNING number, tag)";

constexpr postgres::Statement kRead = {"read_key", R"(
    SELECT use, encode(value, 'hex') FROM key WHERE number = $1 AND tag = $2)"};

constexpr std::string_view kDestroy = R"(
    WITH gone AS (
        UPDATE key SET value = NULL, destroyed_at = now()
        FROM unnest($1::bigint[], $2::text[]) AS named(number, tag)
        WHERE key.number = named.number AND key.tag = named.tag AND value IS NOT NULL
        RETURNING key.number, key.tag)
    SELECT pg_notify('shop_keys', number || '.' || tag) FROM gone)";

constexpr std::string_view kMakers = R"(
    SELECT id, seen_at FROM key_maker AS maker
    WHERE id <> $1 AND EXISTS (SELECT FROM key WHERE key.maker = maker.id AND use = 'token' AND
                                                     value IS NOT NULL))";

constexpr std::string_view kTokens = R"(
    SELECT number, tag FROM key
    WHERE maker = ANY($1::uuid[]) AND use = 'token' AND value IS NOT NULL)";

// Nobody opens what is not whole, nor what may be dropped again.
Status require_none_moving(Database& database) {
    SHOP_TRY(rows,
             database.query("SELECT FROM kept_text WHERE name = $1", {std::string(kMovingText)}));
    if (rows.is_empty()) return {};
    return fail(ErrorCode::kConflict, "keys-moving",
                "A shop's keys are just being moved to this database. Wait until that is done; if "
                "it was cut short, do it again: shopverse keys move.");
}

}  // namespace

class PostgresShelf::Text final : public KeptText {
  public:
    Text(KeysConnection& connection, std::string name)
        : connection_(connection), name_(std::move(name)) {}

    Result<std::optional<std::string>> read() override {
        constexpr postgres::Statement kReadText = {"read_text",
                                                   "SELECT text FROM kept_text WHERE name = $1"};
        SHOP_TRY(rows, connection_.query(kReadText, {name_}));
        if (rows.is_empty()) return std::nullopt;
        return std::string(rows.text(0, 0));
    }

    Result<bool> replace(const std::optional<std::string>& before,
                         const std::string& text) override {
        const std::string_view sql =
            before ? "UPDATE kept_text SET text = $2 WHERE name = $1 AND text = $3"
                   : "INSERT INTO kept_text (name, text) SELECT $1, $2 WHERE $3::text IS NULL "
                     "ON CONFLICT DO NOTHING";
        SHOP_TRY(done, connection_.query_durably(sql, {name_, text, before}));
        return done.affected() == 1;
    }

  private:
    KeysConnection& connection_;
    const std::string name_;
};

Result<std::unique_ptr<PostgresShelf>> PostgresShelf::open(const std::string& conninfo,
                                                           const Clock& clock,
                                                           IfMissing if_missing) {
    SHOP_TRY(database, Database::connect(conninfo));
    if (if_missing == IfMissing::kRefuse) {
        SHOP_TRY(is_there, has_secrets(database));
        if (!is_there)
            return fail(ErrorCode::kCorrupt, "no-keys",
                        "The database of keys is empty, and this shop has a log already; restore "
                        "it from a backup, or name the right one.");
    }
    SHOP_TRY_STATUS(prepare_keys_schema(database));
    SHOP_TRY(life, database.query("INSERT INTO key_maker (id) VALUES (gen_random_uuid()) "
                                  "RETURNING id"));
    SHOP_TRY_STATUS(require_none_moving(database));  // behind the lock of a move
    std::unique_ptr<PostgresShelf> shelf(
        new PostgresShelf(conninfo, clock, std::string(life.text(0, 0))));
    SHOP_TRY(connected, shelf->readers_->connect());
    (void)connected;
    SHOP_TRY(listening, shelf->own_->connect());
    (void)listening;
    return shelf;
}

PostgresShelf::PostgresShelf(const std::string& conninfo, const Clock& clock, std::string life)
    : clock_(clock),
      life_(std::move(life)),
      readers_(std::make_unique<KeysConnection>(conninfo, std::string(kSetup))),
      own_(std::make_unique<KeysConnection>(conninfo, std::string(kSetup) + "; LISTEN shop_keys")),
      heard_at_(clock.steady()) {}

PostgresShelf::~PostgresShelf() = default;

Result<std::vector<KeyRecord>> PostgresShelf::append(std::size_t count, KeyUse use) {
    std::vector<KeyRecord> drawn = draw_keys(count, use);
    std::unordered_map<std::string, KeyRecord*> by_tag;
    std::vector<std::string> tags;
    std::vector<std::string> values;
    for (KeyRecord& record : drawn) {
        tags.push_back(tag_text(record.name()));
        values.push_back(to_hex(record.key));
        by_tag.emplace(tags.back(), &record);
    }
    SHOP_TRY(rows,
             own_->query_durably(kAppend, {postgres::array_of(tags), postgres::array_of(values),
                                           std::string(use_text(use)), life_}));
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (const auto at = by_tag.find(std::string(rows.text(i, 1))); at != by_tag.end())
            at->second->number = static_cast<std::uint64_t>(rows.integer(i, 0));
    // Of two with the same tag only one has a number.
    std::erase_if(drawn, [](const KeyRecord& record) { return record.number == 0; });
    return drawn;
}

Result<std::optional<KeyRecord>> PostgresShelf::read(const KeyName& name) const {
    SHOP_TRY(rows, readers_->query(kRead, {std::to_string(name.number), tag_text(name)}));
    if (rows.is_empty()) return std::nullopt;
    KeyRecord record{.number = name.number, .tag = name.tag};
    if (rows.text(0, 0) == use_text(KeyUse::kToken)) record.use = KeyUse::kToken;
    record.destroyed = rows.is_null(0, 1);
    if (record.destroyed) return record;
    const auto key = rows.bytes(0, 1);
    if (!key || key->size() != record.key.size())
        return fail(ErrorCode::kCorrupt, "damaged-keys",
                    fmt::format("Key {} in the database of keys is damaged; restore the database "
                                "from a backup.",
                                name.number));
    std::ranges::copy(*key, record.key.begin());
    return record;
}

Status PostgresShelf::destroy(const KeyName& name) {
    const auto done = destroy(std::span(&name, 1));
    return done ? Status() : std::unexpected(done.error());
}

Result<std::vector<KeyName>> PostgresShelf::destroy(std::span<const KeyName> names) {
    if (names.empty()) return {};
    std::vector<std::string> numbers;
    std::vector<std::string> tags;
    for (const KeyName& name : names) {
        numbers.push_back(std::to_string(name.number));
        tags.push_back(tag_text(name));
    }
    SHOP_TRY(done, readers_->query_durably(
                       kDestroy, {postgres::array_of(numbers), postgres::array_of(tags)}));
    (void)done;
    return {};
}

// Not by the server's clock: one that is set right by hours would make everybody look dead.
Result<std::vector<std::string>> PostgresShelf::dead_makers() {
    SHOP_TRY(rows,
             own_->with([&](Database& database) { return database.query(kMakers, {life_}); }));
    const Duration now = clock_.steady();
    std::map<std::string, Watched> seen;
    std::vector<std::string> dead;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string id(rows.text(i, 0));
        Watched watched{std::string(rows.text(i, 1)), now};
        const auto before = makers_.find(id);
        if (before != makers_.end() && before->second.sign == watched.sign)
            watched.since = before->second.since;
        if (now - watched.since >= kDeadAfter) dead.push_back(id);
        seen.emplace(id, std::move(watched));
    }
    makers_ = std::move(seen);
    return dead;
}

Result<std::vector<KeyRecord>> PostgresShelf::old_tokens() {
    SHOP_TRY(dead, dead_makers());
    if (dead.empty()) return {};
    SHOP_TRY(rows, own_->with([&](Database& database) {
        return database.query(kTokens, {postgres::array_of(dead)});
    }));
    std::vector<KeyRecord> tokens;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto name = parse_key_id(fmt::format("{}.{}", rows.text(i, 0), rows.text(i, 1)));
        if (name)
            tokens.push_back({.number = name->number, .tag = name->tag, .use = KeyUse::kToken});
    }
    return tokens;
}

// True if it was heard. As each change of the row leaves an old one behind, not more often than
// need be.
bool PostgresShelf::give_sign() {
    const Duration now = clock_.steady();
    if (signed_at_ && now - *signed_at_ < kSignEvery) return false;
    const auto given = own_->with([&](Database& database) {
        return database.query("UPDATE key_maker SET seen_at = clock_timestamp() WHERE id = $1",
                              {life_});
    });
    if (given) signed_at_ = now;
    return given.has_value();
}

// Whoever has not listened for a while may have missed something. A connection may also be dead
// without a sign; so it is asked now and then.
KeyNews PostgresShelf::news() {
    (void)readers_->connect();
    const auto newly = own_->connect();
    const auto told = own_->with([&](Database& database) -> Result<std::vector<std::string>> {
        if (clock_.steady() - heard_at_ > kLookEvery) SHOP_TRY_STATUS(database.execute("SELECT 1"));
        return database.notifications(0);
    });
    const Duration now = clock_.steady();
    if (!told) return {.may_be_more = now - heard_at_ > kNewsAgeMax};
    if (!told->empty() || now - heard_at_ > kLookEvery || (newly && *newly)) heard_at_ = now;
    KeyNews news{.destroyed = *told, .may_be_more = newly && *newly};
    if (give_sign()) news.is_alive_for = kAliveFor;
    return news;
}

Result<std::string> PostgresShelf::secret(std::string_view name) {
    constexpr std::string_view kMake = R"(
        INSERT INTO secret (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING value)";
    SHOP_TRY(rows, readers_->query_durably(
                       kMake, {std::string(name), to_base64url(random_bytes(kSecretBytes))}));
    return std::string(rows.text(0, 0));
}

Result<Secrets> PostgresShelf::secrets() {
    SHOP_TRY(command_ids, secret("command-ids"));
    SHOP_TRY(cart_tokens, secret("cart-tokens"));
    SHOP_TRY(signing, secret("signing"));
    return Secrets{std::move(command_ids), std::move(cart_tokens), std::move(signing)};
}

Result<LogId> PostgresShelf::log_name() {
    SHOP_TRY(brought, text(std::string(kLogIdText))->read());
    if (brought) {
        if (const auto id = LogId::parse(*brought)) return *id;
        return fail(ErrorCode::kCorrupt, "damaged-keys",
                    "The database of keys does not tell whose they are; restore it from a backup.");
    }
    SHOP_TRY(drawn, secret("log-name"));
    return LogId::derive({drawn});
}

// The numbers of two that are added at once may be seen in another order than they have, the later
// one first: so a few before the last are asked for again.
Result<PostgresShelf::Erased> PostgresShelf::erasures_after(std::int64_t number) {
    constexpr std::int64_t kSeenLate = 100;
    constexpr postgres::Statement kErasures = {
        "erasures", "SELECT number, line FROM erasure WHERE number > $1 ORDER BY number"};
    SHOP_TRY(rows, readers_->query(kErasures, {std::to_string(number - kSeenLate)}));
    Erased erased{.lines = {}, .last = number};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        erased.lines.emplace_back(rows.text(i, 1));
        erased.last = rows.integer(i, 0);
    }
    return erased;
}

Status PostgresShelf::add_erasures(const std::vector<std::string>& lines) {
    if (lines.empty()) return {};
    constexpr std::string_view kAdd = R"(
        INSERT INTO erasure (line, sha256)
        SELECT * FROM unnest($1::text[], $2::text[])
        ON CONFLICT DO NOTHING)";
    std::vector<std::string> hashes;
    for (const std::string& line : lines) hashes.push_back(to_hex(sha256(line)));
    const auto added =
        readers_->query_durably(kAdd, {postgres::array_of(lines), postgres::array_of(hashes)});
    return added ? Status() : std::unexpected(added.error());
}

std::unique_ptr<KeptText> PostgresShelf::text(std::string name) {
    return std::make_unique<Text>(*readers_, std::move(name));
}

}  // namespace shop::api
