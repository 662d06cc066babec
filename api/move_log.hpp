// Takes a shop that does not run from one log to another: from the embedded one to Kafka, when one
// machine is not enough any more, or back. All entries are copied byte for byte at their offsets,
// so that the shop opens there as it was closed here: views, saved states and positions stay right.
#pragma once

#include <filesystem>

#include "api/event_log.hpp"
#include "events/copy_log.hpp"

namespace shop::api {

// Started again after it was cut short it goes on. The shop's log is the old one until all of it
// has been copied and compared; nothing is deleted. Errors: copy_log()'s and open_next_log()'s;
// kConflict "already-running" if the shop runs; kNotFound "no-log".
Result<CopiedLog> move_log(const std::filesystem::path& data, const EventLogPlace& place,
                           const CopyProgress& progress);

}  // namespace shop::api
