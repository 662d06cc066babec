#include "events/checkpoint.hpp"

#include "core/base/digest.hpp"

namespace shop {
namespace {

std::unexpected<Error> mismatch(Partition partition, Offset offset, std::string_view reason) {
    return fail(
        ErrorCode::kConflict, "checkpoint-mismatch",
        "The checkpoint at " + Position{partition, offset}.to_string() + " " + std::string(reason) +
            ": what was built up to it belongs to another history. Rebuild it from the log.");
}

}  // namespace

Status verify_checkpoint(const Log& log, Partition partition, const LogId& log_id,
                         const Checkpoint& checkpoint) {
    const Offset offset = checkpoint.offset;
    if (offset < 0) return {};
    if (!log_id.is_empty() && !checkpoint.log.is_empty() && checkpoint.log != log_id)
        return mismatch(partition, offset, "is of another log");
    SHOP_TRY(entries, log.read(partition, offset, 1, 1));
    if (entries.empty() || entries[0].offset != offset)
        return mismatch(partition, offset, "is beyond the end of the log");
    if (to_hex(sha256(entries[0].bytes)) != checkpoint.sha256)
        return mismatch(partition, offset, "does not match the entry found there");
    return {};
}

}  // namespace shop
