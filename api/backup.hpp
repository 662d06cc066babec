// What a shop must not lose, copied out of its data folder and back into an empty one: the log, the
// keys of personal data, the secrets, the staff's keys and the sandbox's ledger. Views and the
// state store are not among them: they are built again.
//
// Who was erased since is in none of them (events/keys/erasures.hpp): a copy of that list, kept up
// to date, lies beside each backup, and is carried out on what is restored before anything reads
// it.
//
// A backup is a folder of the same layout, with <folder>/backup.json, which is written last:
// without it the folder is no backup.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop {
class Erasures;
class RocksDbLog;
}  // namespace shop

namespace shop::api {

struct BackupManifest {
    std::int64_t format = 0;
    std::int64_t schema_level = 0;  // of events the program that made it knows
    Time made_at;
    bool operator==(const BackupManifest&) const = default;
};
SHOP_DESCRIBE(BackupManifest, format, schema_level, made_at)

// Copies the shop in `data`, whose log is `log`, to `folder`, which must be missing or empty;
// synced when it returns. Works while the shop runs: the copy of the log is of one moment, and what
// events in it need (keys) is copied after it. Blocks; any thread. kConflict "not-empty"; else the
// disk's errors.
struct BackupSource {
    std::filesystem::path data;
    const RocksDbLog& log;
    Erasures& erasures;
};
Result<BackupManifest> back_up(const BackupSource& source, Time now,
                               const std::filesystem::path& folder);

struct RestoreFrom {
    std::filesystem::path folder;
    // A copy of the list, with those by the month beside it; empty: the one beside the folder.
    std::filesystem::path erasures = {};
};

struct Restored {
    BackupManifest manifest;
    std::optional<Error> uncopied;  // why the lists beside the backup are not kept up to date
    bool operator==(const Restored&) const = default;
};

// Copies a backup into `data`, which must be missing or empty (but for locks), and carries out the
// erasures that are listed; synced when it returns. The restored shop keeps the lists beside the
// backup up to date, as the one did that made it: else who is erased there would be back when the
// backup is restored once more. kConflict "not-empty", kNotFound "no-backup", "no-erasures",
// kCorrupt "damaged-erasures", kConflict "newer-log" for one of a newer program.
Result<Restored> restore(const RestoreFrom& from, const std::filesystem::path& data);

}  // namespace shop::api
