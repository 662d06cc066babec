#include "events/slot_map.hpp"

#include "core/base/assert.hpp"
#include "core/base/digest.hpp"

namespace shop {
namespace {

constexpr std::size_t kEntriesPerRead = 64;
constexpr std::size_t kBytesPerRead = 1 << 20;

bool lives_in_catalog(StreamKind kind) {
    switch (kind) {
        case StreamKind::kProduct:
        case StreamKind::kCategory:
        case StreamKind::kSettings:
            return true;
        case StreamKind::kKey:
        case StreamKind::kStock:
        case StreamKind::kCart:
        case StreamKind::kCheckout:
        case StreamKind::kOrder:
        case StreamKind::kPayment:
        case StreamKind::kFulfillment:
        case StreamKind::kCreditNote:
        case StreamKind::kReturn:
        case StreamKind::kSeries:
        case StreamKind::kCustomer:
            return false;
    }
    return false;
}

constexpr Partition kCategories{Topic::kCatalog, 0};

Partition partition_of_slot(const Partitions& partitions, Topic topic, Slot slot) {
    const std::uint16_t count = topic == Topic::kCatalog ? partitions.catalog : partitions.commerce;
    return {topic, static_cast<std::uint16_t>(slot.value % count)};
}

std::string table_of(const Partitions& partitions) {
    std::string table;
    for (const Topic topic : {Topic::kCatalog, Topic::kCommerce})
        for (std::uint16_t slot = 0; slot < kSlotCount; ++slot)
            table += partition_of_slot(partitions, topic, {slot}).to_string() + "\n";
    for (std::size_t i = 0; i < kStreamPrefixes.size(); ++i)
        if (lives_in_catalog(static_cast<StreamKind>(i)))
            table += std::string(kStreamPrefixes[i].view()) + "\n";
    table += "clicks " + std::to_string(partitions.clicks) + "\n";
    if (partitions.catalog > 1) table += "categories " + kCategories.to_string() + "\n";
    return table;
}

// The first claim of a partition; none if it has none.
Result<std::optional<Claim>> find_first_claim(const Log& log, Partition partition) {
    for (Offset from = 0;;) {
        SHOP_TRY(entries, log.read(partition, from, kEntriesPerRead, kBytesPerRead));
        if (entries.empty()) return std::nullopt;
        for (const StoredEntry& entry : entries)
            if (auto claim = read_claim(entry.bytes)) return std::move(*claim);
        from = entries.back().offset + 1;
    }
}

}  // namespace

SlotMap::SlotMap(Partitions partitions) : partitions_(partitions) {
    SHOP_ASSERT(partitions.catalog >= 1 && partitions.catalog <= kSlotCount);
    SHOP_ASSERT(partitions.commerce >= 1 && partitions.commerce <= kSlotCount);
    fingerprint_ = to_hex(sha256(table_of(partitions))).substr(0, 32);
}

Partition SlotMap::partition_of(StreamId id) const {
    if (id.kind == StreamKind::kCategory) return kCategories;
    const Topic topic = lives_in_catalog(id.kind) ? Topic::kCatalog : Topic::kCommerce;
    return partition_of_slot(partitions_, topic, id.slot());
}

Slot SlotMap::slot_on(Partition partition) const {
    // Slot n of either topic lies on partition n, as long as there are no more partitions.
    SHOP_ASSERT(partition_of_slot(partitions_, partition.topic, {partition.number}) == partition);
    return {partition.number};
}

Result<LogIdentity> establish_identity(const Log& log, const SlotMap& map, const LogId& fresh_id) {
    LogIdentity identity{{}, map.partitions(), map.fingerprint()};
    for (const Partition partition : log.partitions().all()) {
        SHOP_TRY(claim, find_first_claim(log, partition));
        if (!claim) continue;
        if (identity.id.is_empty()) identity.id = claim->log.id;
        SHOP_TRY_STATUS(require_same_log(identity, *claim));
    }
    if (identity.id.is_empty()) identity.id = fresh_id;
    return identity;
}

Status require_same_log(const LogIdentity& identity, const Claim& claim) {
    if (claim.log == identity) return {};
    const bool same_id = claim.log.id == identity.id;
    return fail(ErrorCode::kConflict, "other-log",
                same_id
                    ? "The log spreads its streams over partitions in another way than this "
                      "program was told to. Start it with the log's partition counts; to "
                      "change them, export into a new log."
                    : "The partitions belong to different logs, " + identity.id.to_string() +
                          " and " + claim.log.id.to_string() + ". Point the program at one log.");
}

Status require_readable(std::int64_t log_schema_level, std::int64_t own_schema_level) {
    if (log_schema_level <= own_schema_level) return {};
    return fail(ErrorCode::kConflict, "newer-log",
                "The log was written by a newer program (schema level " +
                    std::to_string(log_schema_level) + ", this one knows " +
                    std::to_string(own_schema_level) + "). Start that program or a later one.");
}

}  // namespace shop
