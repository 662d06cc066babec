#include "events/rocksdb/zero_ahead.hpp"

#include <fcntl.h>
#include <rocksdb/file_system.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace shop::rocks {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// Written at a time. Who writes much at a time gains little, and would wait for as much again.
constexpr std::size_t kAhead = 256 << 10;
constexpr std::size_t kLargeWrite = 16 << 10;
constexpr std::array<char, kAhead> kZeros{};

// What was written to each log that is open. Shared by the file system and its files.
class Sizes {
  public:
    void set(const std::string& path, std::uint64_t written) {
        const std::lock_guard lock(mutex_);
        written_[path] = written;
    }
    void forget(const std::string& path) {
        const std::lock_guard lock(mutex_);
        written_.erase(path);
    }
    std::optional<std::uint64_t> find(const std::string& path) const {
        const std::lock_guard lock(mutex_);
        const auto at = written_.find(path);
        return at == written_.end() ? std::nullopt : std::optional(at->second);
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::uint64_t> written_;
};

class File final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    File(std::unique_ptr<FSWritableFile>&& file, std::string path, std::shared_ptr<Sizes> sizes)
        : FSWritableFileOwnerWrapper(std::move(file)),
          path_(std::move(path)),
          sizes_(std::move(sizes)),
          descriptor_(::open(path_.c_str(), O_WRONLY | O_CLOEXEC)) {
        sizes_->set(path_, 0);
    }
    ~File() override {
        sizes_->forget(path_);
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
        make_room(data.size());
        return count(data, FSWritableFileOwnerWrapper::Append(data, options, debug));
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo& verification,
                    IODebugContext* debug) override {
        make_room(data.size());
        return count(data, FSWritableFileOwnerWrapper::Append(data, options, verification, debug));
    }
    IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
        if (zeroed_ > written_) (void)!::ftruncate(descriptor_, static_cast<off_t>(written_));
        sizes_->forget(path_);
        return FSWritableFileOwnerWrapper::Close(options, debug);
    }

  private:
    IOStatus count(const Slice& data, IOStatus status) {
        if (status.ok()) sizes_->set(path_, written_ += data.size());
        return status;
    }
    void make_room(std::size_t bytes) {
        const std::uint64_t end = written_ + bytes;
        if (descriptor_ < 0 || end <= zeroed_ || bytes > kLargeWrite) return;
        const auto done = ::pwrite(descriptor_, kZeros.data(), kAhead, static_cast<off_t>(end));
        if (done > 0) zeroed_ = end + static_cast<std::uint64_t>(done);
    }

    const std::string path_;
    const std::shared_ptr<Sizes> sizes_;
    const int descriptor_;
    std::uint64_t written_ = 0;
    std::uint64_t zeroed_ = 0;  // as far as there are zeros, or data
};

class Files final : public rocksdb::FileSystemWrapper {
  public:
    using FileSystemWrapper::FileSystemWrapper;
    const char* Name() const override { return "ZeroAhead"; }

    IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<FSWritableFile>* result,
                             IODebugContext* debug) override {
        auto status = FileSystemWrapper::NewWritableFile(path, options, result, debug);
        if (status.ok() && path.ends_with(".log"))
            *result = std::make_unique<File>(std::move(*result), path, sizes_);
        return status;
    }
    IOStatus GetFileSize(const std::string& path, const IOOptions& options, std::uint64_t* size,
                         IODebugContext* debug) override {
        auto status = FileSystemWrapper::GetFileSize(path, options, size, debug);
        if (const auto written = sizes_->find(path); status.ok() && written) *size = *written;
        return status;
    }

  private:
    const std::shared_ptr<Sizes> sizes_ = std::make_shared<Sizes>();
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> zero_ahead(std::shared_ptr<rocksdb::FileSystem> base) {
    return std::make_shared<Files>(std::move(base));
}

}  // namespace shop::rocks
