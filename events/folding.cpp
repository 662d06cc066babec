#include "events/folding.hpp"

#include <algorithm>

#include "events/schema_level.hpp"

namespace shop {

Result<bool> Folding::read_on(Seat& seat) const {
    if (seat.reader == nullptr) SHOP_TRY_STATUS(open_reader(seat));
    SHOP_TRY(entries, seat.reader->read_all());
    for (const LogEntry& entry : entries) SHOP_TRY_STATUS(take_in(seat, entry));
    // In the middle of a long fold too, so that memory stays within its limits.
    if (seat.shard.wants_save()) SHOP_TRY_STATUS(save(seat));
    return !entries.empty();
}

Status Folding::catch_up(Seat& seat) const {
    for (;;) {
        SHOP_TRY(more, read_on(seat));
        if (!more) return {};
    }
}

Status Folding::open_reader(Seat& seat) const {
    SHOP_TRY(checkpoint, parts_.store.checkpoint(seat.partition()));
    auto reader = std::make_unique<LogReader>(parts_.log, seat.partition(), checkpoint);
    const auto verified = reader->verify(identity_.id);
    if (!verified) {
        if (verified.error().type != "checkpoint-mismatch") return verified;
        SHOP_TRY_STATUS(parts_.store.forget(seat.partition()));
        reader = std::make_unique<LogReader>(parts_.log, seat.partition());
    }
    SHOP_TRY_STATUS(require_readable(reader->rules().schema_level(), schema_level()));
    seat.reader = std::move(reader);
    return {};
}

Status Folding::take_in(Seat& seat, const LogEntry& entry) const {
    if (is_void(entry.verdict) && entry.offset > seat.judged) ++seat.void_entries;
    seat.judged = std::max(seat.judged, entry.offset);
    if (entry.verdict == Verdict::kClaim) {
        SHOP_TRY(claim, read_claim(entry.bytes));
        SHOP_TRY_STATUS(require_same_log(identity_, claim));
        if (entry.term == seat.term) seat.was_in_office = true;
    }
    if (entry.verdict != Verdict::kRecord) return {};
    SHOP_TRY(record, seat.reader->decode(entry));
    ++seat.folded;
    return seat.shard.fold(entry.offset, record);
}

Status Folding::save(Seat& seat) const {
    if (!seat.shard.has_unsaved()) return {};
    StateBatch batch;
    seat.shard.capture_all(batch);
    batch.checkpoint = seat.reader->checkpoint();
    const auto written = parts_.store.write(batch);
    seat.shard.saved(batch, written.has_value());
    return written;
}

}  // namespace shop
