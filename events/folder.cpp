#include "events/folder.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace shop {
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

bool is_empty_folder(const std::filesystem::path& folder) {
    std::error_code error;
    const std::filesystem::directory_iterator at(folder, error);
    return error || at == std::filesystem::directory_iterator();
}

}  // namespace shop
