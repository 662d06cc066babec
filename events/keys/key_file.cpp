#include "events/keys/key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/assert.hpp"
#include "core/base/digest.hpp"
#include "events/keys/private_file.hpp"

namespace shop {
namespace {

constexpr std::size_t kRecordBytes = 64;
constexpr std::size_t kCheckedBytes = 48;
constexpr std::size_t kCheckBytes = kRecordBytes - kCheckedBytes;
constexpr std::size_t kStateAt = 6;
constexpr std::size_t kKeyAt = 8;
constexpr std::size_t kNumberAt = 40;
constexpr std::string_view kHeader = "shopverse keys 1\n";
constexpr std::uint64_t kLookedAtMax = 1 << 16;  // at the start
constexpr std::size_t kDamagedMax = 1'024;       // of these: 16 pages of a disk
constexpr std::size_t kRecordsPerRead = 1 << 14;

using Bytes = std::array<char, kRecordBytes>;

Digest check_of(const Bytes& bytes) {
    return sha256({bytes.data(), kCheckedBytes});
}

void seal(Bytes& bytes, std::uint64_t number) {
    for (std::size_t i = 0; i < 8; ++i)
        bytes[kNumberAt + i] = static_cast<char>((number >> (8 * i)) & 0xff);
    const Digest check = check_of(bytes);
    std::memcpy(bytes.data() + kCheckedBytes, check.data(), kCheckBytes);
}

// The number in a record, or nothing if the record is damaged.
std::optional<std::uint64_t> number_in(const Bytes& bytes) {
    const Digest check = check_of(bytes);
    if (std::memcmp(bytes.data() + kCheckedBytes, check.data(), kCheckBytes) != 0)
        return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i)
        number |= std::uint64_t{static_cast<unsigned char>(bytes[kNumberAt + i])} << (8 * i);
    return number;
}

Bytes header_of(std::uint64_t records) {
    Bytes bytes{};
    std::memcpy(bytes.data(), kHeader.data(), kHeader.size());
    seal(bytes, records);
    return bytes;
}

char state_of(const KeyRecord& record) {
    if (record.destroyed) return 'd';
    return record.use == KeyUse::kToken ? 't' : 'k';
}

Bytes encode(const KeyRecord& record) {
    Bytes bytes{};
    std::memcpy(bytes.data(), record.tag.data(), record.tag.size());
    bytes[kStateAt] = state_of(record);
    std::memcpy(bytes.data() + kKeyAt, record.key.data(), record.key.size());
    seal(bytes, record.number);
    return bytes;
}

std::optional<KeyRecord> decode(const Bytes& bytes, std::uint64_t number) {
    if (number_in(bytes) != number) return std::nullopt;
    KeyRecord record{.number = number};
    std::memcpy(record.tag.data(), bytes.data(), record.tag.size());
    record.destroyed = bytes[kStateAt] == 'd';
    if (bytes[kStateAt] == 't') record.use = KeyUse::kToken;
    std::memcpy(record.key.data(), bytes.data() + kKeyAt, record.key.size());
    return record;
}

std::string_view view_of(const Bytes& bytes) {
    return {bytes.data(), bytes.size()};
}

bool write_at(int fd, std::string_view bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return true;
}

enum class Reading : std::uint8_t { kRead, kNotThere, kFailed };

Reading read_at(int fd, Bytes& bytes, std::uint64_t number) {
    const auto offset = static_cast<off_t>(number * kRecordBytes);
    const ssize_t n = ::pread(fd, bytes.data(), bytes.size(), offset);
    if (n < 0) return Reading::kFailed;
    return n == std::ssize(bytes) ? Reading::kRead : Reading::kNotThere;
}

// Records from `first` on, as many as one read takes and none from `end` on.
bool read_block(int fd, std::uint64_t first, std::uint64_t end, std::vector<Bytes>& block) {
    block.resize(std::min<std::uint64_t>(kRecordsPerRead, end - first));
    const std::size_t length = block.size() * kRecordBytes;
    const auto offset = static_cast<off_t>(first * kRecordBytes);
    return ::pread(fd, block.data(), length, offset) == static_cast<ssize_t>(length);
}

std::unexpected<Error> damaged(const std::filesystem::path& path, std::uint64_t number) {
    return fail(ErrorCode::kCorrupt, "damaged-keys",
                fmt::format("{} is damaged at byte {}. Look at the disk. With the program stopped, "
                            "copy the 64 bytes there from a backup's file to the same place: "
                            "nothing sealed under that key can be read without them.",
                            path.string(), number * kRecordBytes));
}

std::unexpected<Error> unusable(const std::filesystem::path& path, std::uint64_t number) {
    return fail(ErrorCode::kCorrupt, "damaged-keys",
                fmt::format("{} is damaged at byte {}; restore it from a backup. Nothing can be "
                            "sealed or read without it.",
                            path.string(), number * kRecordBytes));
}

// How many records the header counts; all of them must be there: otherwise new keys would get the
// numbers of keys that are in use.
Result<std::uint64_t> counted_records(int fd, std::uint64_t file_bytes,
                                      const std::filesystem::path& path) {
    Bytes bytes{};
    const bool is_read = read_at(fd, bytes, 0) == Reading::kRead;
    const bool is_ours = is_read && view_of(bytes).starts_with(kHeader);
    const auto count = is_ours ? number_in(bytes) : std::nullopt;
    if (!count || *count == 0) return unusable(path, 0);
    if (*count > file_bytes / kRecordBytes) return unusable(path, file_bytes / kRecordBytes);
    return *count;
}

}  // namespace

std::unexpected<Error> KeyFile::io_error(std::string_view doing) const {
    return fail(ErrorCode::kUnavailable, "key-file",
                fmt::format("Cannot {} {}: {}.", doing, path_.string(), std::strerror(errno)));
}

std::unexpected<Error> KeyFile::failed(std::string_view doing) {
    auto error = io_error(doing);
    const std::lock_guard lock(mutex_);
    failure_ = error.error();
    return error;
}

Result<std::unique_ptr<KeyFile>> KeyFile::open(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) {
        const Bytes header = header_of(1);
        SHOP_TRY_STATUS(make_private(path, view_of(header)));
    }
    SHOP_TRY_STATUS(require_private(path));
    std::unique_ptr<KeyFile> file(new KeyFile(path, ::open(path.c_str(), O_RDWR | O_CLOEXEC)));
    struct stat status{};
    if (file->fd_ < 0 || ::fstat(file->fd_, &status) != 0) return file->io_error("open");
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    SHOP_TRY(counted, counted_records(file->fd_, bytes, path));
    file->records_ = file->old_records_ = counted;
    file->look_at_newest();
    if (file->damaged_.size() > kDamagedMax) return unusable(path, file->damaged_.front());
    if (counted * kRecordBytes == bytes) return file;
    if (::ftruncate(file->fd_, static_cast<off_t>(counted * kRecordBytes)) != 0 ||
        ::fsync(file->fd_) != 0)
        return file->io_error("cut");
    return file;
}

KeyFile::~KeyFile() {
    if (fd_ >= 0) ::close(fd_);
}

void KeyFile::look_at_newest() {
    Bytes bytes{};
    std::uint64_t n = records_ > kLookedAtMax ? records_ - kLookedAtMax : 1;
    for (; n < records_ && damaged_.size() <= kDamagedMax; ++n)
        if (read_at(fd_, bytes, n) != Reading::kRead || !decode(bytes, n)) damaged_.push_back(n);
}

std::optional<Error> KeyFile::damage() const {
    if (damaged_.empty()) return std::nullopt;
    Error error = damaged(path_, damaged_.front()).error();
    if (damaged_.size() > 1)
        error.message += fmt::format(" {} keys are damaged in all.", damaged_.size());
    return error;
}

Result<std::vector<KeyRecord>> KeyFile::append(std::size_t count, KeyUse use) {
    {
        const std::lock_guard lock(mutex_);
        if (failure_) return std::unexpected(*failure_);
    }
    std::vector<KeyRecord> records = draw_keys(count, use);
    std::string bytes;
    bytes.reserve(count * kRecordBytes);
    for (std::size_t i = 0; i < count; ++i) {
        records[i].number = records_ + i;
        bytes.append(view_of(encode(records[i])));
    }
    if (!write_at(fd_, bytes, records_ * kRecordBytes) || ::fdatasync(fd_) != 0)
        return failed("write");
    const Bytes header = header_of(records_ + count);
    if (!write_at(fd_, view_of(header), 0) || ::fdatasync(fd_) != 0) return failed("write");
    records_ += count;
    return records;
}

Result<std::optional<KeyRecord>> KeyFile::read(const KeyName& name) const {
    Bytes bytes{};
    std::optional<KeyRecord> record;
    // A record that is being overwritten right now may be seen half old, half new: look twice.
    for (int look = 0; look < 2 && !record; ++look) {
        const Reading reading = read_at(fd_, bytes, name.number);
        if (reading == Reading::kNotThere) return std::nullopt;
        if (reading == Reading::kRead) record = decode(bytes, name.number);
    }
    if (!record) return damaged(path_, name.number);
    if (record->tag != name.tag) return std::nullopt;
    return record;
}

Result<std::vector<KeyRecord>> KeyFile::old_tokens() {
    std::vector<KeyRecord> tokens;
    std::vector<Bytes> block;
    for (std::uint64_t first = 1; first < old_records_; first += block.size()) {
        if (!read_block(fd_, first, old_records_, block)) return io_error("read");
        for (std::size_t i = 0; i < block.size(); ++i) {
            if (block[i][kStateAt] != 't') continue;
            // One that is being overwritten right now is none of an earlier process's any more.
            if (const auto record = decode(block[i], first + i)) tokens.push_back(*record);
        }
    }
    return tokens;
}

Status KeyFile::read_all(const std::function<Status(KeyBlock)>& use) const {
    std::vector<Bytes> block;
    for (std::uint64_t first = 1; first < old_records_; first += block.size()) {
        if (!read_block(fd_, first, old_records_, block)) return io_error("read");
        KeyBlock read{.keys = {}, .damaged = {}, .last = first + block.size() - 1};
        for (std::size_t i = 0; i < block.size(); ++i) {
            if (const auto record = decode(block[i], first + i))
                read.keys.push_back(*record);
            else
                read.damaged.push_back(first + i);
        }
        SHOP_TRY_STATUS(use(std::move(read)));
    }
    return {};
}

bool KeyFile::has_tag(const KeyName& name) const {
    Bytes bytes{};
    return read_at(fd_, bytes, name.number) == Reading::kRead &&
           std::memcmp(bytes.data(), name.tag.data(), name.tag.size()) == 0;
}

// A damaged record of another tag may be somebody else's, whom a backup's copy brings back.
Status KeyFile::destroy(const KeyName& name) {
    const auto record = read(name);
    if (!record && !has_tag(name)) return std::unexpected(record.error());
    if (record && (!*record || (*record)->destroyed)) return {};
    const Bytes bytes = encode({.number = name.number, .tag = name.tag, .destroyed = true});
    if (!write_at(fd_, view_of(bytes), name.number * kRecordBytes)) return io_error("write");
    return {};
}

Status KeyFile::sync() {
    if (::fdatasync(fd_) != 0) return failed("sync");
    return {};
}

}  // namespace shop
