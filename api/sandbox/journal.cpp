#include "api/sandbox/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop::sandbox {
namespace {

constexpr std::size_t kCheckChars = 9;  // eight digits and a space

std::string check_of(std::string_view text) {
    const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
    return fmt::format("{:08x} ", crc32(0, bytes, static_cast<uInt>(text.size())));
}

std::unexpected<Error> io_error(std::string_view doing, const std::filesystem::path& file) {
    return fail(ErrorCode::kUnavailable, "sandbox-journal",
                fmt::format("Cannot {} {}: {}.", doing, file.string(), std::strerror(errno)));
}

// The entries of a line without its newline, or nothing if it is damaged.
std::optional<Entries> parse_line(std::string_view line) {
    if (line.size() < kCheckChars) return std::nullopt;
    const std::string_view text = line.substr(kCheckChars);
    if (line.substr(0, kCheckChars) != check_of(text)) return std::nullopt;
    auto entries = json::from_json<Entries>(text, json::Missing::kIsDefault);
    if (!entries) return std::nullopt;
    return std::move(*entries);
}

// A new file is durable only once its directory is.
Status sync_directory(const std::filesystem::path& directory) {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return io_error("open", directory);
    const int result = ::fsync(fd);
    ::close(fd);
    if (result != 0) return io_error("sync", directory);
    return {};
}

}  // namespace

std::string journal_line(const Entries& entries) {
    const std::string text = json::to_json(entries, json::Defaults::kOmit);
    return check_of(text) + text + "\n";
}

Result<std::uint64_t> read_journal(const std::filesystem::path& file,
                                   const std::function<void(const Entry&)>& apply) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        if (!std::filesystem::exists(file)) return 0;
        return io_error("read", file);
    }
    std::uint64_t whole = 0;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        const bool ended = !in.eof();  // a line without its newline was never acknowledged
        const auto entries = ended ? parse_line(line) : std::nullopt;
        if (!entries) {
            if (!ended || in.peek() == std::ifstream::traits_type::eof()) break;
            return fail(ErrorCode::kCorrupt, "sandbox-journal-damaged",
                        fmt::format("{} is damaged in line {} (byte {}); restore it from a copy.",
                                    file.string(), number, whole));
        }
        for (const Entry& entry : *entries) apply(entry);
        whole += line.size() + 1;
    }
    return whole;
}

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& file,
                                               std::uint64_t length) {
    const int fd = ::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return io_error("open", file);
    if (::ftruncate(fd, static_cast<off_t>(length)) != 0 || ::fsync(fd) != 0) {
        ::close(fd);
        return io_error("cut", file);
    }
    if (auto synced = sync_directory(file.parent_path()); !synced) {
        ::close(fd);
        return std::unexpected(synced.error());
    }
    return std::unique_ptr<Journal>(new Journal(fd));
}

Journal::~Journal() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    wake_.notify_one();
    thread_.join();
    ::close(file_);
}

void Journal::append(const Entries& entries, Done done) {
    const std::string line = entries.empty() ? std::string() : journal_line(entries);
    {
        const std::lock_guard lock(mutex_);
        bytes_ += line;
        waiting_.push_back(std::move(done));
    }
    wake_.notify_one();
}

void Journal::run() {
    std::string bytes;
    std::vector<Done> waiting;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            bytes.swap(bytes_);
            waiting.swap(waiting_);
        }
        const Status status = write(bytes);
        for (Done& done : waiting) done(status);
        bytes.clear();
        waiting.clear();
    }
}

Status Journal::write(const std::string& bytes) {
    if (bytes.empty() && !failed_) return {};
    std::size_t written = 0;
    while (!failed_ && written < bytes.size()) {
        const ssize_t n = ::write(file_, bytes.data() + written, bytes.size() - written);
        if (n < 0 && errno == EINTR) continue;
        failed_ = n <= 0;
        written += failed_ ? 0 : static_cast<std::size_t>(n);
    }
    // After a failed sync the kernel may report the next one as good although pages were lost.
    if (!failed_) failed_ = ::fdatasync(file_) != 0;
    if (failed_)
        return fail(ErrorCode::kUnavailable, "sandbox-journal",
                    "The sandbox cannot write its journal; free space and start it again.");
    return {};
}

}  // namespace shop::sandbox
