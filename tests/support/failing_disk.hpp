// A disk under RocksDB that fails when told to, and forgets what was not synced when its power is
// cut. The files are real ones. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>

namespace rocksdb {
class Env;
}

namespace shop::tests {

class FailingDisk {
  public:
    FailingDisk();
    ~FailingDisk();

    // What RocksDB is opened with.
    rocksdb::Env* env();

    // The next write to a write-ahead log fails, and writes nothing.
    void fail_next_write();
    // The next sync of a write-ahead log fails; the bytes are in the file all the same.
    void fail_next_sync();

    // From now on nothing reaches the disk and everything fails: the process is dead. Close what is
    // open, then call power_off().
    void stop();

    // What bytes a power cut leaves of those that were not synced.
    enum class Leaves { kNothing, kSomeInOrder, kAllButAHole };
    // Takes unsynced bytes off the files; then the disk works again.
    void power_off(Leaves leaves, std::uint64_t seed);

    struct State;

  private:
    std::shared_ptr<State> state_;  // shared with the files that RocksDB holds open
    std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace shop::tests
