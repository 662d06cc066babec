// Takes the keys of a shop that does not run out of its data folder into a database, so that it can
// become one of several processes: keys of persons and tokens under the ids they have, secrets and
// staff keys. What was destroyed, or is listed to be, is not taken along, and reads as erased.
//
//   1  into the database, all at once and compared; nobody can open it yet
//   2  <data>/keys.json says that they are there; the folder is not opened without them
//   3  what the folder had is put aside, in <data>/keys.moved
//   4  the database can be opened
//   5  the folder of keys, which is empty by now, is removed: while it is there something is to do
//
// Started again after it was cut short it goes on: before 2 it takes everything anew, for the shop
// may have been open in between.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace shop::api {

enum class DamagedKeys : std::uint8_t { kRefuse, kLeave };

struct KeysMove {
    std::filesystem::path data;
    std::string keys;  // conninfo
    DamagedKeys damaged = DamagedKeys::kRefuse;
};

struct MovedKeys {
    std::int64_t persons = 0;  // that the database has now
    std::int64_t tokens = 0;
    std::vector<std::uint64_t> damaged;  // numbers of those that were left
};

// `done` of `whole` keys of the folder's file.
using KeysProgress = std::function<void(std::uint64_t done, std::uint64_t whole)>;

// kNotFound "no-log" if there is no shop, kConflict "already-running" if it runs,
// "keys-elsewhere" if its keys are there already, "not-empty" if the database has others,
// kCorrupt "damaged-keys".
Result<MovedKeys> move_keys(const KeysMove& move, const KeysProgress& progress);

}  // namespace shop::api
