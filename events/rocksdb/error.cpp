#include "events/rocksdb/error.hpp"

#include <rocksdb/env.h>
#include <rocksdb/status.h>

#include "events/give_way.hpp"

namespace shop::rocks {

Error error_of(const rocksdb::Status& status, std::string_view what,
               const std::filesystem::path& folder) {
    const std::string place = std::string(what) + " in " + folder.string();
    const std::string detail = status.ToString();
    if (status.IsCorruption())
        return {ErrorCode::kCorrupt, "damaged-log",
                place + " is damaged (" + detail + "). Restore it from a backup."};
    if (detail.contains("lock"))
        return {ErrorCode::kUnavailable, "in-use",
                place + " is open in another process. Stop that one, or ask it (" + detail + ")."};
    return {ErrorCode::kUnavailable, "disk-failed",
            place + " cannot be used (" + detail + "). Check the disk and its free space."};
}

// RocksDB's own means has two steps only, far too low and lower.
void make_give_way(rocksdb::Env& env) {
    for (const auto pool : {rocksdb::Env::LOW, rocksdb::Env::HIGH})
        for (int thread = env.GetBackgroundThreads(pool); thread > 0; --thread)
            env.Schedule([](void*) { give_way(); }, nullptr, pool);
}

}  // namespace shop::rocks
