#include "events/rocksdb/status.hpp"

#include <fcntl.h>
#include <rocksdb/status.h>
#include <unistd.h>

namespace shop::rocks {
namespace {

Status sync_path(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool ok = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (ok) return {};
    return fail(ErrorCode::kUnavailable, "disk-failed",
                "Cannot write " + path.string() + " to disk. Check the disk and its free space.");
}

}  // namespace

Error error_of(const rocksdb::Status& status, std::string_view what,
               const std::filesystem::path& folder) {
    const std::string place = std::string(what) + " in " + folder.string();
    const std::string detail = status.ToString();
    if (status.IsCorruption())
        return {ErrorCode::kCorrupt, "damaged-log",
                place + " is damaged (" + detail + "). Restore it from a backup."};
    if (detail.contains("lock"))
        return {ErrorCode::kUnavailable, "in-use",
                place + " is open in another process. Stop that one, or ask it (" + detail + ")."};
    return {ErrorCode::kUnavailable, "disk-failed",
            place + " cannot be used (" + detail + "). Check the disk and its free space."};
}

Status make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error) return {};
    return fail(ErrorCode::kUnavailable, "disk-failed",
                "Cannot make the folder " + folder.string() + ": " + error.message() + ".");
}

Status sync_tree(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error))
        SHOP_TRY_STATUS(sync_path(entry.path()));
    SHOP_TRY_STATUS(sync_path(folder));
    return sync_path(std::filesystem::absolute(folder).parent_path());
}

}  // namespace shop::rocks
