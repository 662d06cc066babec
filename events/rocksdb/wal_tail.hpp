// What a power cut leaves at the end of RocksDB's write-ahead log.
//
// We sync each write before the next one begins, so only the last write can be torn. RocksDB
// forgives one that is cut short, but not one whose bytes reached the disk in another order, so
// that some in its middle are missing. This tells that case from damage, and cuts it off.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "core/base/result.hpp"

namespace shop::rocks {

// Where the last write in a write-ahead log begins, if that write is torn: some of its bytes are
// wrong, and no later write begins behind them. Nothing if the log is whole or damaged elsewhere.
std::optional<std::uint64_t> find_torn_tail(std::string_view log);

// Cuts a torn last write off the newest write-ahead log in the folder, synced. True if it did.
Result<bool> cut_torn_tail(const std::filesystem::path& folder);

}  // namespace shop::rocks
