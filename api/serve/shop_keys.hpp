// The keys and secrets of a shop at its start: beside the data folder for one process, in Postgres
// for one of several.
#pragma once

#include <memory>
#include <string>

#include "api/keys/postgres_shelf.hpp"
#include "api/serve/data_folder.hpp"
#include "api/staff_keys.hpp"
#include "events/entry.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/secrets.hpp"

namespace shop::api {

struct ShopKeys {
    Secrets secrets;
    std::unique_ptr<KeyStore> store;
    // Where they are, if that is not the data folder; what follows is of that alone.
    PostgresShelf* shelf = nullptr;  // of `store`
    std::string peer_secret = {};    // the processes' own
    LogId log_name = {};             // … and what they name a new log
};

// `conninfo`: what --keys says, empty if nothing. kConflict "keys-elsewhere" if the folder's shop
// has them elsewhere, "other-keys" if the database has another shop's.
Result<ShopKeys> open_shop_keys(const DataFolder& folder, const std::string& conninfo,
                                const Clock& clock);

// Those of the staff, wherever the others are.
Result<std::unique_ptr<StaffKeys>> open_staff_keys(const DataFolder& folder, const ShopKeys& keys,
                                                   const Clock& clock);

// Once the log is known to be the shop's: later starts take no other keys for it.
Status remember_shop_keys(const DataFolder& folder, const ShopKeys& keys);

}  // namespace shop::api
