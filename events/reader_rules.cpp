#include "events/reader_rules.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/base/digest.hpp"

namespace shop {

Verdict ReaderRules::feed(Offset offset, const EntryHead& head) {
    SHOP_ASSERT(offset > at_.offset);
    at_.offset = offset;
    switch (head.kind) {
        case EntryKind::kClaim:
            return feed_claim(head);
        case EntryKind::kRecord:
            return feed_record(head);
        case EntryKind::kForeign:
            break;
    }
    return Verdict::kForeign;
}

Verdict ReaderRules::feed_claim(const EntryHead& head) {
    if (!at_.log.is_empty() && head.log != at_.log) return Verdict::kOtherLog;
    // The current term's number is the highest of all claims so far, so this compares with each.
    if (head.term.number <= at_.term.number) return Verdict::kStaleClaim;
    at_.log = head.log;
    at_.term = head.term;
    at_.seq = 0;
    at_.schema_level = std::max(at_.schema_level, head.schema_level);
    at_.time = std::max(at_.time, head.time);
    return Verdict::kClaim;
}

Verdict ReaderRules::feed_record(const EntryHead& head) {
    if (head.term != at_.term) return Verdict::kStaleTerm;
    if (head.seq != at_.seq + 1) return Verdict::kOutOfSeq;
    at_.seq = head.seq;
    at_.time = std::max(at_.time, head.time);
    return Verdict::kRecord;
}

Checkpoint ReaderRules::checkpoint(std::string_view last_entry) const {
    Checkpoint checkpoint = at_;
    checkpoint.sha256 = at_.offset < 0 ? std::string() : to_hex(sha256(last_entry));
    return checkpoint;
}

}  // namespace shop
