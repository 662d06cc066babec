#include "api/keys/keys_connection.hpp"

#include "projections/postgres/errors.hpp"

namespace shop::api {
namespace {

using postgres::Database;
using postgres::Rows;

constexpr Duration kSilentMax = seconds(2);
constexpr std::string_view kDurably = "SET LOCAL synchronous_commit = on";

Error away(const Error& error) {
    return {ErrorCode::kUnavailable, "keys-away",
            "The database of keys does not answer: " + error.message};
}

}  // namespace

Error KeysConnection::lost() {
    return away({ErrorCode::kUnavailable, "keys-away", "the connection is lost."});
}

// With mutex_ held. What does not pass by itself may pass with the connection (behind a pooler,
// say). None of it says anything about a key: to callers the keys are away.
Error KeysConnection::failed(const Error& error) {
    if (!postgres::is_transient(error) || postgres::is_connection_lost(error)) database_.reset();
    return away(error);
}

Result<bool> KeysConnection::connect() {
    {
        const std::lock_guard lock(mutex_);
        if (database_) return false;
    }
    SHOP_TRY(database,
             Database::connect(conninfo_, [](Duration silent) { return silent > kSilentMax; }));
    SHOP_TRY_STATUS(database.execute(setup_));
    const std::lock_guard lock(mutex_);
    database_ = std::move(database);
    return true;
}

Result<Rows> KeysConnection::query(const postgres::Statement& statement,
                                   const postgres::Parameters& parameters) {
    return with([&](Database& database) { return database.query(statement, parameters); });
}

Result<Rows> KeysConnection::query_durably(std::string_view sql,
                                           const postgres::Parameters& parameters) {
    return with([&](Database& database) -> Result<Rows> {
        SHOP_TRY(transaction, postgres::Transaction::begin(database));
        SHOP_TRY_STATUS(database.execute(kDurably));
        SHOP_TRY(rows, database.query(sql, parameters));
        SHOP_TRY_STATUS(transaction.commit());
        return std::move(rows);
    });
}

}  // namespace shop::api
