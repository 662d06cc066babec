#include "events/rocksdb/zero_ahead.hpp"

#include <fcntl.h>
#include <rocksdb/file_system.h>
#include <unistd.h>

#include <array>
#include <cstdint>
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

class File final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    File(std::unique_ptr<FSWritableFile>&& file, const std::string& path)
        : FSWritableFileOwnerWrapper(std::move(file)),
          descriptor_(::open(path.c_str(), O_WRONLY | O_CLOEXEC)) {}
    ~File() override {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
        make_room(data.size());
        auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
        if (status.ok()) written_ += data.size();
        return status;
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo& verification,
                    IODebugContext* debug) override {
        make_room(data.size());
        auto status = FSWritableFileOwnerWrapper::Append(data, options, verification, debug);
        if (status.ok()) written_ += data.size();
        return status;
    }
    IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
        if (zeroed_ > written_) (void)!::ftruncate(descriptor_, static_cast<off_t>(written_));
        return FSWritableFileOwnerWrapper::Close(options, debug);
    }

  private:
    void make_room(std::size_t bytes) {
        const std::uint64_t end = written_ + bytes;
        if (descriptor_ < 0 || end <= zeroed_ || bytes > kLargeWrite) return;
        const auto done = ::pwrite(descriptor_, kZeros.data(), kAhead, static_cast<off_t>(end));
        if (done > 0) zeroed_ = end + static_cast<std::uint64_t>(done);
    }

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
            *result = std::make_unique<File>(std::move(*result), path);
        return status;
    }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> zero_ahead(std::shared_ptr<rocksdb::FileSystem> base) {
    return std::make_shared<Files>(std::move(base));
}

}  // namespace shop::rocks
