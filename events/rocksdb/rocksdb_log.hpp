// The log in a RocksDB of its own: one process, every append synced, all partitions of a call in
// one write. The default of `shopverse serve`.
//
// A torn last write is cut off when the log is opened. Damage anywhere else is kCorrupt and names
// the place and the remedy. After a failed write or sync every append is in doubt until recover()
// has opened the files anew.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "events/log.hpp"

namespace rocksdb {
class Env;
}

namespace shop {

struct RocksDbLogOptions {
    std::filesystem::path folder;  // made if it is not there
    Partitions partitions;         // of a new log; an existing one must have the same
    std::size_t cache_bytes = 32ULL << 20;
    rocksdb::Env* env = nullptr;  // the disk, for tests that break it; must outlive the log

    bool zero_ahead = true;  // cheaper syncs, see zero_ahead.hpp

    // What keeps the promise. Only the tests that show why each is needed take one out.
    bool sync = true;            // before anything is reported
    bool stop_at_damage = true;  // RocksDB's default is to drop all that follows it
    bool cut_torn_tail = true;   // where the last write ends in bytes that were never written
};

class RocksDbLog : public Log {
  public:
    // kConflict "other-log" for other partition counts, kConflict "newer-log" for a newer format,
    // kUnavailable if another process has it open, kCorrupt as above.
    static Result<std::unique_ptr<RocksDbLog>> open(const RocksDbLogOptions& options);

    // The partition counts of the log in a folder. kNotFound "no-log" if it holds none.
    static Result<Partitions> partitions_in(const std::filesystem::path& folder);

    // A consistent, synced copy of everything durable at the moment of the call, in a new folder;
    // works while the log is appended to. Thread-safe.
    virtual Status copy_to(const std::filesystem::path& folder) const = 0;
};

}  // namespace shop
