// Images of the state store in memory, in the layout of the one on disk.
#include <map>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/memory/memory_state_store.hpp"
#include "events/rocksdb/state_layout.hpp"

namespace shop {

class MemoryStateStore::Image final : public StateImage {
  public:
    Image(Partition partition, const OnePartition& one) : checkpoint_(one.checkpoint) {
        using namespace rocks;
        entries_[key_of('k', partition)] = json::to_json(checkpoint_, json::Defaults::kOmit);
        for (const auto& [id, stream] : one.streams) {
            append_stream(entries_[key_of('s', partition, id)], stream);
            if (stream.open) entries_[key_of('o', partition, id)] = "";
            if (stream.due.us != 0) entries_[due_key(partition, stream.due, id)] = "";
        }
        for (const auto& [id, command] : one.commands)
            entries_[command_key(partition, id)] = command_value(command);
        for (const auto& [stream, offset] : one.records)
            entries_[record_key(partition, stream, offset)] = "";
    }

    const Checkpoint& checkpoint() const override { return checkpoint_; }

    Result<std::int64_t> read(std::string& out, std::size_t bytes) override {
        std::int64_t count = 0;
        const std::size_t begin = out.size();
        while (!entries_.empty() && out.size() - begin < bytes) {
            rocks::append_entry(out, entries_.begin()->first, entries_.begin()->second);
            entries_.erase(entries_.begin());
            ++count;
        }
        return count;
    }

  private:
    const Checkpoint checkpoint_;
    std::map<std::string, std::string> entries_;
};

class MemoryStateStore::Restore final : public StateRestore {
  public:
    Restore(MemoryStateStore& store, Partition partition) : store_(store), partition_(partition) {}

    Result<std::int64_t> add(std::string_view bytes) override {
        std::int64_t count = 0;
        for (; !bytes.empty(); ++count) {
            const auto entry = rocks::take_entry(bytes);
            if (!entry || !rocks::is_of(entry->key, partition_) || entry->key <= last_key_ ||
                !take(*entry))
                return rocks::bad_image("cannot be read.");
            last_key_ = entry->key;
        }
        return count;
    }

    Status finish(const Checkpoint& checkpoint) override {
        if (one_.checkpoint != checkpoint) return rocks::bad_image("is not of that checkpoint.");
        const std::lock_guard lock(store_.mutex_);
        store_.partitions_[partition_] = std::move(one_);
        return {};
    }

  private:
    bool take(const rocks::Entry& entry) {
        switch (entry.key.front()) {
            case 'k':
                return take_checkpoint(entry.value);
            case 's':
                return take_stream(entry);
            case 'c':
                return take_command(entry);
            case 'r':
                return take_record(entry.key);
            default:
                return true;  // what streams say too
        }
    }
    bool take_checkpoint(std::string_view value) {
        auto checkpoint = json::from_json<Checkpoint>(value, json::Missing::kIsDefault);
        if (checkpoint) one_.checkpoint = std::move(*checkpoint);
        return checkpoint.has_value();
    }
    bool take_stream(const rocks::Entry& entry) {
        const auto id = rocks::stream_in(entry.key);
        const auto stream = id ? rocks::read_stream(*id, entry.value) : std::nullopt;
        if (!stream) return false;
        one_.streams[*id] = *stream;
        if (stream->open) one_.open.insert(*id);
        if (stream->due.us != 0) one_.due.insert({stream->due, *id});
        return true;
    }
    bool take_command(const rocks::Entry& entry) {
        const auto id = rocks::command_in(entry.key);
        const auto command = id ? rocks::read_command(*id, entry.value) : std::nullopt;
        if (command) one_.commands[*id] = *command;
        return command.has_value();
    }
    bool take_record(std::string_view key) {
        const auto id = rocks::stream_in(key);
        if (id) one_.records.insert({*id, rocks::offset_in(key)});
        return id.has_value();
    }

    MemoryStateStore& store_;
    const Partition partition_;
    OnePartition one_;
    std::string last_key_;
};

Result<std::unique_ptr<StateImage>> MemoryStateStore::image(Partition partition) const {
    const std::lock_guard lock(mutex_);
    const OnePartition* one = find(partition);
    return std::make_unique<Image>(partition, one == nullptr ? OnePartition{} : *one);
}

Result<std::unique_ptr<StateRestore>> MemoryStateStore::restore(Partition partition) {
    return std::make_unique<Restore>(*this, partition);
}

}  // namespace shop
