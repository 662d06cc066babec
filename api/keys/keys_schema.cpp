#include "api/keys/keys_schema.hpp"

#include "projections/migrate.hpp"
#include "projections/postgres/database.hpp"

namespace shop::api {
namespace {

// Any constant does, as long as every version of the program takes the same one.
constexpr std::string_view kMakeSchema = R"(
    BEGIN;
    SELECT pg_advisory_xact_lock(7467061210);
    CREATE SCHEMA IF NOT EXISTS shop_keys;
    COMMIT)";

}  // namespace

std::string_view use_text(KeyUse use) {
    return use == KeyUse::kToken ? "token" : "person";
}

std::string tag_text(const KeyName& name) {
    const std::string id = name.id();
    return id.substr(id.find('.') + 1);
}

Status prepare_keys_schema(postgres::Database& database) {
    SHOP_TRY_STATUS(database.execute(kMakeSchema));
    SHOP_TRY_STATUS(database.execute("SET search_path = shop_keys"));
    SHOP_TRY(applied, projections::migrate(database, projections::key_migration_files()));
    (void)applied;
    return {};
}

Result<bool> has_secrets(postgres::Database& database) {
    SHOP_TRY(there, database.query("SELECT to_regclass('shop_keys.secret') IS NOT NULL"));
    if (!there.boolean(0, 0)) return false;
    SHOP_TRY(rows, database.query("SELECT EXISTS (SELECT FROM shop_keys.secret)"));
    return rows.boolean(0, 0);
}

}  // namespace shop::api
