#include "events/memory/memory_state_store.hpp"

namespace shop {

MemoryStateStore::MemoryStateStore(const MemoryStateStore& other) {
    const std::lock_guard lock(other.mutex_);
    partitions_ = other.partitions_;
}

const MemoryStateStore::OnePartition* MemoryStateStore::find(Partition partition) const {
    const auto at = partitions_.find(partition);
    return at == partitions_.end() ? nullptr : &at->second;
}

Result<Checkpoint> MemoryStateStore::checkpoint(Partition partition) const {
    const std::lock_guard lock(mutex_);
    const OnePartition* one = find(partition);
    return one == nullptr ? Checkpoint{} : one->checkpoint;
}

Result<std::optional<StoredStream>> MemoryStateStore::find_stream(Partition partition,
                                                                  StreamId id) const {
    const std::lock_guard lock(mutex_);
    const OnePartition* one = find(partition);
    if (one == nullptr) return std::nullopt;
    const auto at = one->streams.find(id);
    return at == one->streams.end() ? std::nullopt : std::optional(at->second);
}

Result<std::optional<StoredCommand>> MemoryStateStore::find_command(Partition partition,
                                                                    CommandId id) const {
    const std::lock_guard lock(mutex_);
    const OnePartition* one = find(partition);
    if (one == nullptr) return std::nullopt;
    const auto at = one->commands.find(id);
    if (at == one->commands.end()) return std::nullopt;
    if (at->second.time < one->checkpoint.time - kCommandsKept) return std::nullopt;
    return at->second;
}

Result<std::vector<StreamId>> MemoryStateStore::open_streams(Partition partition) const {
    const std::lock_guard lock(mutex_);
    const OnePartition* one = find(partition);
    if (one == nullptr) return std::vector<StreamId>{};
    return std::vector<StreamId>(one->open.begin(), one->open.end());
}

Result<std::vector<StreamId>> MemoryStateStore::due_streams(Partition partition, StreamKind kind,
                                                            Time by, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    std::vector<StreamId> ids;
    const OnePartition* one = find(partition);
    if (one == nullptr) return ids;
    for (auto at = one->due.begin(); at != one->due.end() && ids.size() < limit; ++at) {
        if (at->first > by) break;
        if (at->second.kind == kind) ids.push_back(at->second);
    }
    return ids;
}

Result<std::vector<Offset>> MemoryStateStore::records_of(Partition partition, StreamId id,
                                                         Offset last) const {
    const std::lock_guard lock(mutex_);
    std::vector<Offset> offsets;
    const OnePartition* one = find(partition);
    if (one == nullptr) return offsets;
    for (auto at = one->records.lower_bound({id, 0});
         at != one->records.end() && at->first == id && at->second <= last; ++at)
        offsets.push_back(at->second);
    return offsets;
}

Status MemoryStateStore::for_each_stream(Partition partition, StreamKind kind,
                                         const Visitor& visit) const {
    std::vector<StoredStream> found;
    {
        const std::lock_guard lock(mutex_);
        if (const OnePartition* one = find(partition))
            for (const auto& [id, stream] : one->streams)
                if (id.kind == kind) found.push_back(stream);
    }
    for (const StoredStream& stream : found) visit(stream);
    return {};
}

Status MemoryStateStore::write(const StateBatch& batch) {
    const std::lock_guard lock(mutex_);
    OnePartition& one = partitions_[batch.partition];
    one.checkpoint = batch.checkpoint;
    for (const StoredStream& stream : batch.streams) {
        one.streams[stream.id] = stream;
        one.due.erase({stream.was_due, stream.id});
        if (stream.due.us != 0) one.due.insert({stream.due, stream.id});
        if (stream.open)
            one.open.insert(stream.id);
        else
            one.open.erase(stream.id);
    }
    for (const StoredCommand& command : batch.traces->commands) one.commands[command.id] = command;
    for (const StreamRecord& record : batch.traces->records)
        one.records.insert({record.stream, record.offset});
    std::erase_if(one.commands, [&](const auto& entry) {
        return entry.second.time < one.checkpoint.time - kCommandsKept;
    });
    return {};
}

Status MemoryStateStore::forget(Partition partition) {
    const std::lock_guard lock(mutex_);
    partitions_.erase(partition);
    return {};
}

}  // namespace shop
