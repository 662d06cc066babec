#include "api/serve/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "api/event_log.hpp"
#include "api/version.hpp"
#include "core/base/describe.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/private_file.hpp"

namespace shop::api {
namespace {

struct LevelFile {
    std::int64_t level = 0;
    std::string written_by;
};
SHOP_DESCRIBE(LevelFile, level, written_by)

Status check_level(const std::filesystem::path& folder) {
    const auto file = folder / "level.json";
    SHOP_TRY(text, read_private(file));
    if (!text) {
        const LevelFile level{kDataLevel, std::string(kVersion)};
        return make_private(file, json::to_json(level, json::Defaults::kWrite) + "\n");
    }
    SHOP_TRY(level, json::from_json<LevelFile>(*text, json::Missing::kIsDefault));
    if (level.level <= kDataLevel) return {};
    return fail(ErrorCode::kConflict, "newer-data",
                "The data in " + folder.string() + " was written by shopverse " + level.written_by +
                    "; this is " + std::string(kVersion) + ", which is too old for it.");
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::filesystem::path& path) {
    SHOP_TRY_STATUS(make_private_folder(path));
    const auto lock_file = path / "lock";
    const int lock = ::open(lock_file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (lock < 0)
        return fail(ErrorCode::kUnavailable, "no-lock", "Cannot open " + lock_file.string() + ".");
    DataFolder folder(path, lock, has_event_log(path) ? IfMissing::kRefuse : IfMissing::kMake);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorCode::kConflict, "already-running",
                    "A shop runs on " + path.string() + " already; stop it first.");
    SHOP_TRY_STATUS(check_level(path));
    return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      if_missing_(other.if_missing_) {}

DataFolder::~DataFolder() {
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace shop::api
