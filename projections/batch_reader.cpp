#include "projections/batch_reader.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "events/give_way.hpp"

namespace shop::projections {
namespace {

constexpr std::size_t kBatchBytesMax = 32 << 20;

}  // namespace

Checkpoints beginnings(const Log& log, const Projection& projection) {
    Checkpoints all;
    for (const Partition partition : log.partitions().all())
        if (projection.reads(partition.topic)) all.emplace(partition, Checkpoint{});
    return all;
}

BatchReader::BatchReader(const Log& log, const Projection& projection, const Checkpoints& from)
    : projection_(projection) {
    for (const auto& [partition, checkpoint] : from)
        readers_.emplace_back(log, partition, checkpoint);
}

// That the log held nothing more when it was read ahead does not say that it holds nothing now.
Result<LogBatch> BatchReader::next(std::size_t entries_max) {
    if (ahead_.valid())
        if (auto batch = ahead_.get(); !batch || batch->size > 0) return batch;
    return read(entries_max);
}

// A thread for each batch: a build has tens of them, and none is left when it ends. The thread and
// this one share no state but the log, which is thread-safe, and the projection, which is
// immutable; the readers are handed over with the thread's begin and its end.
void BatchReader::read_ahead(std::size_t entries_max) {
    SHOP_ASSERT(!ahead_.valid());
    ahead_ = std::async(std::launch::async, [this, entries_max]() noexcept {
        give_way();
        return read(entries_max);
    });
}

Result<LogBatch> BatchReader::read(std::size_t entries_max) {
    const std::size_t share = std::max<std::size_t>(1, readers_.size());
    const ReadLimits limits{entries_max / share + 1, kBatchBytesMax / share};
    LogBatch batch;
    for (LogReader& reader : readers_) SHOP_TRY_STATUS(read_partition(reader, limits, batch));
    return batch;
}

Status BatchReader::read_partition(LogReader& reader, ReadLimits limits, LogBatch& batch) const {
    const Offset before = reader.rules().offset();
    SHOP_TRY(entries, reader.read(limits));
    for (const LogEntry& entry : entries)
        if (projection_.wants(entry.bytes))
            batch.entries.push_back({{reader.partition(), entry.offset},
                                     std::string(entry.bytes),
                                     reader.decode(entry)});
    const Offset after = reader.rules().offset();
    if (after == before) return {};
    batch.size += static_cast<std::size_t>(after - before);
    batch.checkpoints.emplace(reader.partition(), reader.checkpoint());
    return {};
}

}  // namespace shop::projections
