// One column family, whose keys and values are laid out in state_layout.hpp. Commands that are too
// old are dropped while RocksDB compacts; nobody needs to look for them.
#include "events/rocksdb/rocksdb_state_store.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <map>
#include <mutex>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/folder.hpp"
#include "events/rocksdb/error.hpp"
#include "events/rocksdb/rocksdb_state_image.hpp"
#include "events/rocksdb/state_layout.hpp"
#include "events/state_codec.hpp"

namespace shop {
namespace {

using namespace rocks;  // the layout

constexpr std::string_view kFormatKey = "!format";

std::string_view view(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

// ---- Old commands -------------------------------------------------------------------------------

// The recorded time of each partition, by its key. Shared with the filters RocksDB runs.
struct Clocks {
    mutable std::mutex mutex;
    std::map<std::string, Time, std::less<>> times;  // guarded by mutex
    Time of(std::string_view partition_key) const {
        const std::lock_guard lock(mutex);
        const auto at = times.find(partition_key);
        return at == times.end() ? Time{} : at->second;
    }
    void set(std::string partition_key, Time time) {
        const std::lock_guard lock(mutex);
        times[std::move(partition_key)] = time;
    }
};

class DropOldCommands final : public rocksdb::CompactionFilter {
  public:
    explicit DropOldCommands(std::shared_ptr<const Clocks> clocks) : clocks_(std::move(clocks)) {}
    const char* Name() const override { return "DropOldCommands"; }
    bool Filter(int, const rocksdb::Slice& key, const rocksdb::Slice& value, std::string*,
                bool*) const override {
        if (key.size() < kPartitionKeyBytes || key[0] != 'c') return false;
        const auto time = time_of_command(view(value));
        return time && *time < clocks_->of(view(key).substr(0, kPartitionKeyBytes)) - kCommandsKept;
    }

  private:
    const std::shared_ptr<const Clocks> clocks_;
};

// ---- The store ----------------------------------------------------------------------------------

class RocksDbStateStore final : public StateStore {
  public:
    explicit RocksDbStateStore(RocksDbStateStoreOptions options)
        : options_(std::move(options)), clocks_(std::make_shared<Clocks>()), filter_(clocks_) {}

    Status open();

    Result<Checkpoint> checkpoint(Partition partition) const override;
    Result<std::optional<StoredStream>> find_stream(Partition partition,
                                                    StreamId id) const override;
    Result<std::optional<StoredCommand>> find_command(Partition partition,
                                                      CommandId id) const override;
    Result<std::vector<StreamId>> open_streams(Partition partition) const override;
    Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                              std::size_t limit) const override;
    Result<std::vector<Offset>> records_of(Partition partition, StreamId id,
                                           Offset last) const override;
    Status for_each_stream(Partition partition, StreamKind kind,
                           const Visitor& visit) const override;
    Status write(const StateBatch& batch) override;
    Status forget(Partition partition) override;
    Result<std::unique_ptr<StateImage>> image(Partition partition) const override {
        return make_image({*db_, options_.folder, partition});
    }
    Result<std::unique_ptr<StateRestore>> restore(Partition partition) override {
        return make_restore(
            {*db_, options_.folder, partition}, [this, partition] { return forget(partition); },
            [this, partition](const Checkpoint& checkpoint) {
                clocks_->set(key_of('c', partition), checkpoint.time);
            });
    }

  private:
    rocksdb::Status open_db();
    Status require_own_format();
    Status read_clocks();
    Result<std::optional<std::string>> get(std::string_view key) const;
    Error error_of(const rocksdb::Status& status) const {
        return rocks::error_of(status, "The state store", options_.folder);
    }
    // Calls visit(key, value) for every key that begins with `prefix`, until it returns false.
    template <class Visit>
    Status for_each(const std::string& prefix, const std::string& from, Visit visit) const;

    const RocksDbStateStoreOptions options_;
    const std::shared_ptr<Clocks> clocks_;
    const DropOldCommands filter_;
    std::unique_ptr<rocksdb::DB> db_;
};

rocksdb::Status RocksDbStateStore::open_db() {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(options_.cache_bytes);
    // Filters and indexes count as cache, so that memory stays bounded. Cut into pieces: a whole
    // one is read and checksummed again at each look once all of them no longer fit.
    table.cache_index_and_filter_blocks = true;
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.pin_top_level_index_and_filter = true;
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
    table.format_version = 5;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    rocksdb::Options options;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.create_if_missing = true;
    options.compression = rocksdb::kLZ4Compression;
    options.write_buffer_size = 32 << 20;
    // Most of what is written replaces what was written a second ago: fewer, larger merges cost a
    // quarter of the processor less under load than levels do; filters keep reads cheap.
    options.compaction_style = rocksdb::kCompactionStyleUniversal;
    options.level0_file_num_compaction_trigger = 8;
    // Every command is looked for, and hardly any is found.
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.05;
    options.bytes_per_sync = 1 << 20;
    options.wal_bytes_per_sync = 1 << 20;
    options.max_background_jobs = 2;
    options.max_open_files = 512;
    options.keep_log_file_num = 2;
    options.max_log_file_size = 1 << 20;
    options.compaction_filter = &filter_;
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(options, options_.folder.string(), &db);
    db_.reset(db);
    if (status.ok()) make_give_way(*db->GetEnv());
    return status;
}

Status RocksDbStateStore::require_own_format() {
    const auto stored = get(kFormatKey);
    if (stored && *stored == options_.format) return {};
    return fail(ErrorCode::kConflict, "other-format", "The state store is of another program.");
}

Status RocksDbStateStore::open() {
    std::error_code ignored;
    std::filesystem::remove_all(restoring_folder(options_.folder), ignored);
    SHOP_TRY_STATUS(make_folder(options_.folder));
    auto status = open_db();
    if (!status.ok() && !status.IsCorruption()) return std::unexpected(error_of(status));
    if (status.ok() && require_own_format()) return read_clocks();
    db_.reset();
    std::filesystem::remove_all(options_.folder, ignored);
    SHOP_TRY_STATUS(make_folder(options_.folder));
    status = open_db();
    if (status.ok()) status = db_->Put({}, std::string(kFormatKey), options_.format);
    if (!status.ok()) return std::unexpected(error_of(status));
    return {};
}

Result<std::optional<std::string>> RocksDbStateStore::get(std::string_view key) const {
    std::string value;
    const auto status = db_->Get({}, rocksdb::Slice(key.data(), key.size()), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return std::unexpected(error_of(status));
    return value;
}

// So that old commands stay forgotten after a restart.
Status RocksDbStateStore::read_clocks() {
    return for_each("k", "k", [&](std::string_view key, std::string_view value) {
        const auto checkpoint = json::from_json<Checkpoint>(value, json::Missing::kIsDefault);
        if (checkpoint) clocks_->set("c" + std::string(key.substr(1)), checkpoint->time);
        return true;
    });
}

template <class Visit>
Status RocksDbStateStore::for_each(const std::string& prefix, const std::string& from,
                                   Visit visit) const {
    const std::string end = behind(prefix);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
    for (at->Seek(from); at->Valid(); at->Next())
        if (!visit(view(at->key()), view(at->value()))) return {};
    if (!at->status().ok()) return std::unexpected(error_of(at->status()));
    return {};
}

Result<Checkpoint> RocksDbStateStore::checkpoint(Partition partition) const {
    SHOP_TRY(text, get(key_of('k', partition)));
    if (!text) return Checkpoint{};
    return json::from_json<Checkpoint>(*text, json::Missing::kIsDefault);
}

Result<std::optional<StoredStream>> RocksDbStateStore::find_stream(Partition partition,
                                                                   StreamId id) const {
    SHOP_TRY(value, get(key_of('s', partition, id)));
    if (!value) return std::nullopt;
    auto stream = read_stream(id, *value);
    if (stream) return stream;
    return fail(ErrorCode::kCorrupt, "damaged-state",
                "The state store in " + options_.folder.string() +
                    " is damaged. Stop the program and delete that folder; it is built again.");
}

Result<std::optional<StoredCommand>> RocksDbStateStore::find_command(Partition partition,
                                                                     CommandId id) const {
    SHOP_TRY(value, get(command_key(partition, id)));
    if (!value) return std::nullopt;
    auto command = read_command(id, *value);
    const Time oldest = clocks_->of(key_of('c', partition)) - kCommandsKept;
    if (!command || command->time < oldest) return std::nullopt;
    return command;
}

Result<std::vector<StreamId>> RocksDbStateStore::open_streams(Partition partition) const {
    std::vector<StreamId> ids;
    const std::string prefix = key_of('o', partition);
    SHOP_TRY_STATUS(for_each(prefix, prefix, [&](std::string_view key, std::string_view) {
        if (const auto id = stream_in(key)) ids.push_back(*id);
        return true;
    }));
    std::ranges::sort(ids);
    return ids;
}

Result<std::vector<StreamId>> RocksDbStateStore::due_streams(Partition partition, StreamKind kind,
                                                             Time by, std::size_t limit) const {
    std::vector<StreamId> ids;
    const std::string prefix = key_of('e', partition, kind);
    SHOP_TRY_STATUS(for_each(prefix, prefix, [&](std::string_view key, std::string_view) {
        if (ids.size() == limit || due_in(key) > by) return false;
        if (const auto id = due_stream_in(key)) ids.push_back(*id);
        return true;
    }));
    return ids;
}

Result<std::vector<Offset>> RocksDbStateStore::records_of(Partition partition, StreamId id,
                                                          Offset last) const {
    std::vector<Offset> offsets;
    const std::string prefix = key_of('r', partition, id);
    SHOP_TRY_STATUS(for_each(prefix, prefix, [&](std::string_view key, std::string_view) {
        const auto offset = static_cast<Offset>(read_number(key.substr(prefix.size())));
        if (offset > last) return false;
        offsets.push_back(offset);
        return true;
    }));
    return offsets;
}

Status RocksDbStateStore::for_each_stream(Partition partition, StreamKind kind,
                                          const Visitor& visit) const {
    Status damaged;
    const std::string prefix = key_of('s', partition, kind);
    SHOP_TRY_STATUS(for_each(prefix, prefix, [&](std::string_view key, std::string_view value) {
        const auto id = stream_in(key);
        const auto stream = id ? read_stream(*id, value) : std::nullopt;
        if (!stream) {
            damaged = fail(ErrorCode::kCorrupt, "damaged-state",
                           "The state store in " + options_.folder.string() +
                               " is damaged. Stop the program and delete that folder.");
            return false;
        }
        visit(*stream);
        return true;
    }));
    return damaged;
}

Status RocksDbStateStore::write(const StateBatch& batch) {
    const Partition partition = batch.partition;
    rocksdb::WriteBatch write;
    std::string value;
    for (const StoredStream& stream : batch.streams) {
        value.clear();
        append_stream(value, stream);
        write.Put(key_of('s', partition, stream.id), value);
        if (stream.open)
            write.Put(key_of('o', partition, stream.id), "");
        else
            write.Delete(key_of('o', partition, stream.id));
        if (stream.due == stream.was_due) continue;
        if (stream.was_due.us != 0) write.Delete(due_key(partition, stream.was_due, stream.id));
        if (stream.due.us != 0) write.Put(due_key(partition, stream.due, stream.id), "");
    }
    for (const StoredCommand& command : batch.traces->commands)
        write.Put(command_key(partition, command.id), command_value(command));
    for (const StreamRecord& record : batch.traces->records)
        write.Put(record_key(partition, record.stream, record.offset), "");
    write.Put(key_of('k', partition), json::to_json(batch.checkpoint, json::Defaults::kOmit));
    const auto status = db_->Write({}, &write);
    if (!status.ok()) return std::unexpected(error_of(status));
    clocks_->set(key_of('c', partition), batch.checkpoint.time);
    return {};
}

Status RocksDbStateStore::forget(Partition partition) {
    rocksdb::WriteBatch write;
    for (const char what : kLetters) {
        const std::string begin = key_of(what, partition);
        write.DeleteRange(begin, behind(begin));
    }
    const auto status = db_->Write({}, &write);
    if (!status.ok()) return std::unexpected(error_of(status));
    clocks_->set(key_of('c', partition), {});
    return {};
}

}  // namespace

Result<std::unique_ptr<StateStore>> open_rocksdb_state_store(
    const RocksDbStateStoreOptions& options) {
    auto store = std::make_unique<RocksDbStateStore>(options);
    SHOP_TRY_STATUS(store->open());
    return store;
}

}  // namespace shop
