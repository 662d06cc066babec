#include "events/keys/line_list.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <unordered_set>

#include "core/json/document.hpp"
#include "events/keys/private_file.hpp"

namespace shop {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTailBytes = 4'096;

std::unexpected<Error> disk_failed(std::string_view doing, const fs::path& file, int why) {
    return fail(ErrorCode::kUnavailable, "disk-failed",
                fmt::format("Cannot {} {}: {}. Check the disk, its free space, and who may use it.",
                            doing, file.string(), std::strerror(why)));
}

bool is_whole(std::string_view line) {
    json::Document document;
    return document.parse(line).has_value();
}

// Held open, and locked against others that add to it where the file system has locks.
class OpenList {
  public:
    explicit OpenList(const fs::path& file)
        : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
        if (fd_ >= 0) (void)::flock(fd_, LOCK_EX);
    }
    OpenList(const OpenList&) = delete;
    OpenList& operator=(const OpenList&) = delete;
    ~OpenList() {
        if (fd_ >= 0) ::close(fd_);
    }

    bool is_open() const { return fd_ >= 0; }

    // -1: it cannot be told.
    off_t size() const {
        struct stat status{};
        return ::fstat(fd_, &status) == 0 ? status.st_size : -1;
    }

    // What stands behind the last end of a line: nothing, as a rule.
    bool read_open_end(off_t size, std::string& end) const {
        end.clear();
        while (size > 0) {
            std::string part(std::min(kTailBytes, static_cast<std::size_t>(size)), '\0');
            size -= std::ssize(part);
            if (::pread(fd_, part.data(), part.size(), size) != std::ssize(part)) return false;
            const std::size_t newline = part.rfind('\n');
            if (newline != std::string::npos) {
                end.insert(0, part, newline + 1);
                return true;
            }
            end.insert(0, part);
        }
        return true;
    }

    bool cut(off_t size) const { return ::ftruncate(fd_, size) == 0; }

    bool write(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t n = ::write(fd_, text.data(), text.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }

    bool sync() const { return ::fdatasync(fd_) == 0; }

  private:
    const int fd_;
};

struct Reading {
    Lines lines;
    bool is_torn = false;  // there is more, and it is no line
};

Result<Reading> read(const fs::path& file) {
    Reading reading;
    std::error_code error;
    if (!fs::exists(file, error) && !error) return reading;
    std::ifstream in(file, std::ios::binary);
    if (!in || error) return disk_failed("read", file, errno);
    for (std::string line; !reading.is_torn && std::getline(in, line);) {
        reading.is_torn = in.eof() && !is_whole(line);
        if (!reading.is_torn) reading.lines.push_back(std::move(line));
    }
    if (in.bad()) return disk_failed("read", file, errno);
    return reading;
}

}  // namespace

Result<Lines> read_lines(const fs::path& file) {
    SHOP_TRY(reading, read(file));
    return std::move(reading.lines);
}

Result<bool> is_torn(const fs::path& file) {
    SHOP_TRY(reading, read(file));
    return reading.is_torn;
}

Result<std::uintmax_t> append_lines(const fs::path& file, const Lines& lines) {
    const OpenList list(file);
    off_t size = list.is_open() ? list.size() : -1;
    std::string text;
    if (size < 0 || !list.read_open_end(size, text)) return disk_failed("open", file, errno);
    // Before there is anything in it: a list that is not empty has its name on the disk.
    if (size == 0) SHOP_TRY_STATUS(sync_folder(file.parent_path()));
    if (!text.empty() && !is_whole(text)) {
        size -= std::ssize(text);
        text.clear();
        if (!list.cut(size)) return disk_failed("cut the torn end of", file, errno);
    }
    if (!text.empty()) text = "\n";  // written by hand, perhaps: it only lacks its end
    for (const std::string& line : lines) text += line + '\n';
    if (!list.write(text) || !list.sync()) {
        const int why = errno;
        (void)list.cut(size);  // else it is a torn end, or counts though nobody was told
        return disk_failed("write", file, why);
    }
    return static_cast<std::uintmax_t>(size) + text.size();
}

Result<std::uintmax_t> append_missing(const fs::path& file, const Lines& lines) {
    SHOP_TRY(all, read_lines(file));
    std::unordered_set<std::string> there(all.begin(), all.end());
    Lines missing;
    for (const std::string& line : lines)
        if (there.insert(line).second) missing.push_back(line);
    return append_lines(file, missing);
}

}  // namespace shop
