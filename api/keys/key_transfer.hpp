// A database of keys while those of a closed shop are brought there (api/move_keys.hpp):
//
//   begin()  add_…()  commit()      all of it or nothing; nobody opens the database from then on …
//   finish()                        … until here
//
// One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "events/entry.hpp"
#include "events/keys/key_shelf.hpp"
#include "projections/postgres/database.hpp"

namespace shop::api {

class KeyTransfer {
  public:
    // Brings the schema up to what this program needs.
    static Result<KeyTransfer> open(const std::string& conninfo);

    // The shop whose keys were brought here, be it in part; nothing if none was.
    Result<std::optional<LogId>> shop();

    // For the shop with that log. What an earlier try of the same shop left is dropped, for its
    // keys may have been destroyed in the folder since. kConflict "not-empty" if anything else is
    // there.
    Status begin(const LogId& shop);
    // Under their own numbers and tags. Read back and compared.
    Status add_keys(std::span<const KeyRecord> keys);
    Status add_secret(std::string_view name, const std::string& value);
    Status add_text(std::string_view name, const std::string& text);
    // Durable when it returns. Keys that are made from then on have greater numbers.
    Status commit(std::uint64_t last_number);

    // From now on the shop may be opened with it. False if it could be before.
    Result<bool> finish();

    struct Counts {
        std::int64_t persons = 0;
        std::int64_t tokens = 0;
    };
    Result<Counts> counts();

  private:
    explicit KeyTransfer(postgres::Database database) : database_(std::move(database)) {}
    Status require_room(const LogId& shop);
    Status compare(std::span<const KeyRecord> keys);

    postgres::Database database_;
    std::string maker_;  // key_maker.id of what is brought, from begin() on
};

}  // namespace shop::api
