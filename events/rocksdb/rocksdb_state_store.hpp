// The state store in a RocksDB of its own, written without sync.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "events/state_codec.hpp"
#include "events/state_store.hpp"

namespace shop {

struct RocksDbStateStoreOptions {
    std::filesystem::path folder;           // made if it is not there
    std::size_t cache_bytes = 64ULL << 20;  // of blocks read
    std::string format = state_format();    // what it is written in
};

// Opens the store. One that cannot be opened, or that is written in another format, is deleted and
// begun anew: it is derived. kUnavailable if not even that is possible (a disk that is full, a
// second process).
Result<std::unique_ptr<StateStore>> open_rocksdb_state_store(
    const RocksDbStateStoreOptions& options);

}  // namespace shop
