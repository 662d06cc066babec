#include "tests/simulation/disk_store.hpp"

namespace shop::simulation {
namespace {

constexpr std::size_t kWritesLost = 3;  // at most

}  // namespace

void DiskStore::power_cut() {
    writes_.resize(writes_.size() - dice_.below(writes_.size()));
}

Status DiskStore::fail_at_times(int rate) const {
    if (!dice_.chance(rate)) return {};
    return fail(ErrorCode::kUnavailable, "disk-failed", "The disk of the state store failed.");
}

Result<Checkpoint> DiskStore::checkpoint(Partition partition) const {
    return now().checkpoint(partition);
}

Result<std::optional<StoredStream>> DiskStore::find_stream(Partition partition, StreamId id) const {
    SHOP_TRY_STATUS(fail_at_times(faults_.failed_reads));
    return now().find_stream(partition, id);
}

Result<std::optional<StoredCommand>> DiskStore::find_command(Partition partition,
                                                             CommandId id) const {
    SHOP_TRY_STATUS(fail_at_times(faults_.failed_reads));
    return now().find_command(partition, id);
}

Result<std::vector<StreamId>> DiskStore::open_streams(Partition partition) const {
    return now().open_streams(partition);
}

Result<std::vector<StreamId>> DiskStore::due_streams(Partition partition, StreamKind kind, Time by,
                                                     std::size_t limit) const {
    SHOP_TRY_STATUS(fail_at_times(faults_.failed_reads));
    return now().due_streams(partition, kind, by, limit);
}

Result<std::vector<Offset>> DiskStore::records_of(Partition partition, StreamId id,
                                                  Offset last) const {
    SHOP_TRY_STATUS(fail_at_times(faults_.failed_reads));
    return now().records_of(partition, id, last);
}

Status DiskStore::for_each_stream(Partition partition, StreamKind kind,
                                  const Visitor& visit) const {
    return now().for_each_stream(partition, kind, visit);
}

Status DiskStore::write(const StateBatch& batch) {
    SHOP_TRY_STATUS(fail_at_times(faults_.failed_writes));
    writes_.push_back(std::make_shared<MemoryStateStore>(now()));
    if (writes_.size() > kWritesLost + 1) writes_.pop_front();
    return now().write(batch);
}

Status DiskStore::forget(Partition partition) {
    return now().forget(partition);
}

Result<std::unique_ptr<StateImage>> DiskStore::image(Partition partition) const {
    return now().image(partition);
}

Result<std::unique_ptr<StateRestore>> DiskStore::restore(Partition partition) {
    return now().restore(partition);
}

}  // namespace shop::simulation
