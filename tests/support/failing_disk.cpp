#include "tests/support/failing_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <string>

namespace shop::tests {

using rocksdb::FileSystem;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

struct FailingDisk::State {
    struct Size {
        std::uint64_t written = 0;
        std::uint64_t synced = 0;
    };
    std::mutex mutex;
    std::map<std::string, Size> files;  // guarded by mutex, with all below
    bool write_fails = false;
    bool sync_fails = false;
    bool stopped = false;
};

namespace {

using State = FailingDisk::State;

bool is_write_ahead_log(const std::string& path) {
    return path.ends_with(".log");
}

class File final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    File(std::unique_ptr<rocksdb::FSWritableFile>&& file, std::string path,
         std::shared_ptr<State> state)
        : FSWritableFileOwnerWrapper(std::move(file)),
          path_(std::move(path)),
          state_(std::move(state)) {}

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
        if (auto status = begin_write(); !status.ok()) return status;
        auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
        if (status.ok()) wrote(data.size());
        return status;
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
        return Append(data, options, debug);
    }
    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
        if (auto status = begin_sync(); !status.ok()) return status;
        auto status = FSWritableFileOwnerWrapper::Sync(options, debug);
        if (status.ok()) synced();
        return status;
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return Sync(options, debug);
    }

  private:
    IOStatus begin_write() {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopped) return IOStatus::IOError("the disk is gone");
        if (!is_write_ahead_log(path_) || !std::exchange(state_->write_fails, false)) return {};
        return IOStatus::IOError("a write that fails");
    }
    IOStatus begin_sync() {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopped) return IOStatus::IOError("the disk is gone");
        if (!is_write_ahead_log(path_) || !std::exchange(state_->sync_fails, false)) return {};
        return IOStatus::IOError("a sync that fails");
    }
    void wrote(std::size_t bytes) {
        const std::lock_guard lock(state_->mutex);
        state_->files[path_].written += bytes;
    }
    void synced() {
        const std::lock_guard lock(state_->mutex);
        State::Size& size = state_->files[path_];
        size.synced = size.written;
    }

    const std::string path_;
    const std::shared_ptr<State> state_;
};

class Files final : public rocksdb::FileSystemWrapper {
  public:
    explicit Files(std::shared_ptr<State> state)
        : FileSystemWrapper(FileSystem::Default()), state_(std::move(state)) {}

    const char* Name() const override { return "FailingDisk"; }

    IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* debug) override {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopped) return IOStatus::IOError("the disk is gone");
        std::unique_ptr<rocksdb::FSWritableFile> file;
        auto status = FileSystemWrapper::NewWritableFile(path, options, &file, debug);
        if (!status.ok()) return status;
        state_->files[path] = {};
        *result = std::make_unique<File>(std::move(file), path, state_);
        return status;
    }
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                        IODebugContext* debug) override {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopped) return IOStatus::IOError("the disk is gone");
        auto status = FileSystemWrapper::RenameFile(from, to, options, debug);
        if (auto file = state_->files.extract(from); status.ok() && !file.empty())
            state_->files[to] = file.mapped();
        return status;
    }
    IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                        IODebugContext* debug) override {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopped) return IOStatus::IOError("the disk is gone");
        state_->files.erase(path);
        return FileSystemWrapper::DeleteFile(path, options, debug);
    }

  private:
    const std::shared_ptr<State> state_;
};

constexpr std::uint64_t kHole = 512;  // a sector

void leave_hole(const std::string& path, const State::Size& size, std::mt19937_64& random) {
    const std::uint64_t bytes = size.written - size.synced;
    const std::uint64_t at = size.synced + random() % (bytes > kHole ? bytes - kHole : 1);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    const std::string zeros(std::min(kHole, size.written - at), '\0');
    file.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
}

// Zeros that were written ahead stand behind all that, or do not: they are not synced by
// themselves.
void leave_zeros(const std::string& path, std::mt19937_64& random) {
    constexpr std::uint64_t kAhead = 256 << 10;
    const auto size = std::filesystem::file_size(path);
    if (is_write_ahead_log(path) && random() % 2 == 0)
        std::filesystem::resize_file(path, size + random() % kAhead);
}

}  // namespace

FailingDisk::FailingDisk()
    : state_(std::make_shared<State>()),
      env_(rocksdb::NewCompositeEnv(std::make_shared<Files>(state_))) {}
FailingDisk::~FailingDisk() = default;

rocksdb::Env* FailingDisk::env() {
    return env_.get();
}

void FailingDisk::fail_next_write() {
    const std::lock_guard lock(state_->mutex);
    state_->write_fails = true;
}

void FailingDisk::fail_next_sync() {
    const std::lock_guard lock(state_->mutex);
    state_->sync_fails = true;
}

void FailingDisk::stop() {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
}

void FailingDisk::power_off(Leaves leaves, std::uint64_t seed) {
    const std::lock_guard lock(state_->mutex);
    std::mt19937_64 random(seed);
    for (auto& [path, size] : state_->files) {
        if (!std::filesystem::exists(path)) continue;
        const std::uint64_t unsynced = size.written - size.synced;
        if (unsynced > 0 && leaves == Leaves::kAllButAHole) leave_hole(path, size, random);
        if (unsynced > 0 && leaves == Leaves::kNothing)
            std::filesystem::resize_file(path, size.synced);
        if (unsynced > 0 && leaves == Leaves::kSomeInOrder)
            std::filesystem::resize_file(path, size.synced + random() % unsynced);
        leave_zeros(path, random);
    }
    state_->files.clear();
    state_->stopped = state_->write_fails = state_->sync_fails = false;
}

}  // namespace shop::tests
