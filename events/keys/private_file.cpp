#include "events/keys/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace shop {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> file_error(std::string_view doing, const fs::path& file) {
    return fail(ErrorCode::kUnavailable, "private-file",
                fmt::format("Cannot {} {}: {}.", doing, file.string(), std::strerror(errno)));
}

Status require_mode(const fs::path& path, std::string_view mode) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return file_error("look at", path);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
    return fail(ErrorCode::kConflict, "not-private",
                fmt::format("{} is open to other users; check who read it, then: chmod {} {}",
                            path.string(), mode, path.string()));
}

Status write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(ErrorCode::kUnavailable, "private-file", std::strerror(errno));
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

// A file beside `file`, of this process alone, synced.
Result<fs::path> write_draft(const fs::path& file, std::string_view text) {
    const fs::path draft = fmt::format("{}.{}", file.string(), ::getpid());
    ::unlink(draft.c_str());
    const int fd = ::open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return file_error("write", draft);
    const bool synced = write_all(fd, text).has_value() && ::fsync(fd) == 0;
    ::close(fd);
    if (!synced) {
        ::unlink(draft.c_str());
        return file_error("write", draft);
    }
    return draft;
}

}  // namespace

Status make_private_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0) return sync_folder(folder.parent_path());
    if (errno != EEXIST) return file_error("make", folder);
    return require_mode(folder, "700");
}

Status require_private(const fs::path& file) {
    return require_mode(file, "600");
}

Result<std::optional<std::string>> read_private(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        std::error_code failed;
        if (!fs::exists(file, failed) && !failed) return std::nullopt;
        return file_error("read", file);
    }
    SHOP_TRY_STATUS(require_private(file));
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

Status write_private(const fs::path& file, std::string_view text) {
    SHOP_TRY(draft, write_draft(file, text));
    if (::rename(draft.c_str(), file.c_str()) != 0) return file_error("rename", draft);
    return sync_folder(file.parent_path());
}

Status make_private(const fs::path& file, std::string_view text) {
    SHOP_TRY(draft, write_draft(file, text));
    // A link, unlike a rename, leaves alone what another process has made meanwhile.
    const bool made = ::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST;
    const int why = errno;
    ::unlink(draft.c_str());
    errno = why;
    if (!made) return file_error("make", file);
    return sync_folder(file.parent_path());
}

Status sync_folder(const fs::path& folder) {
    const fs::path path = folder.empty() ? fs::path(".") : folder;
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return file_error("open", path);
    const bool synced = ::fsync(fd) == 0;
    ::close(fd);
    if (!synced) return file_error("sync", path);
    return {};
}

}  // namespace shop
