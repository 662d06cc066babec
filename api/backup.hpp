// What a shop must not lose, copied out of its data folder and back into an empty one: the log, the
// keys of personal data, the secrets, the staff's keys and the sandbox's ledger. Views and the
// state store are not among them: they are built again.
//
// A backup is a folder of the same layout, with <folder>/backup.json, which is written last:
// without it the folder is no backup.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop {
class RocksDbLog;
}

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
Result<BackupManifest> back_up(const std::filesystem::path& data, const RocksDbLog& log, Time now,
                               const std::filesystem::path& folder);

// Copies a backup into `data`, which must be missing or empty (but for locks); synced
// when it returns. kConflict "not-empty", kNotFound "no-backup", kConflict "newer-log" for one of a
// newer program.
Result<BackupManifest> restore(const std::filesystem::path& folder,
                               const std::filesystem::path& data);

}  // namespace shop::api
