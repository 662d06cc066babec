// Whether a checkpoint (reader_rules.hpp) still fits the log that a reader goes on with.
#pragma once

#include "core/base/result.hpp"
#include "events/log.hpp"
#include "events/reader_rules.hpp"

namespace shop {

// Reads the entry the checkpoint stands behind and compares. kConflict "checkpoint-mismatch" if the
// log has no such entry, or another one, or is another log: what was folded up to the checkpoint
// belongs to another history, and must be rebuilt. Other errors are the log's own. `log_id` may be
// empty: any log. A checkpoint at −1 fits every log.
Status verify_checkpoint(const Log& log, Partition partition, const LogId& log_id,
                         const Checkpoint& checkpoint);

}  // namespace shop
