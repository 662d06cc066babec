// Copies a log into another one: every entry byte for byte, at the offset it has. Claims, void and
// foreign entries too, so that whoever reads the copy judges each entry as in the original, and
// goes on from the checkpoints that it has (checkpoint.hpp).
//
// A copy that was cut short goes on where it ended: what the target holds already is compared with
// the source first. In the end all of it has been read back and compared.
#pragma once

#include <cstdint>
#include <functional>

#include "events/log.hpp"

namespace shop {

// `done` of `whole` entries, both of which were counted at the start; each is written and compared,
// or compared alone if it was there.
using CopyProgress = std::function<void(std::uint64_t done, std::uint64_t whole)>;

struct CopiedLog {
    std::uint64_t entries = 0;  // that the target holds now
    std::uint64_t written = 0;  // of them by this call
    std::uint64_t bytes = 0;    // of all entries
};

// Nobody may write to either meanwhile. Both have the same partitions. Errors: those of the logs;
// kConflict "not-a-copy" if the target holds anything else, "gap-in-log" if an offset is missing in
// the source, "log-in-use" if one of them grows meanwhile.
Result<CopiedLog> copy_log(const Log& from, Log& to, const CopyProgress& progress);

}  // namespace shop
