// One column family per partition, so that what is flushed never overlaps what was flushed before:
// RocksDB then moves files between levels without writing them again, and an entry is written twice
// in its life, once to the write-ahead log and once to a table.
//
// A write is synced before it enters the memtable, so what can be read is durable. When the log is
// opened, what the write-ahead log holds is written to tables: it may have come out of the page
// cache only (a process that was killed before its sync, or a sync that failed).
#include "events/rocksdb/rocksdb_log.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <map>
#include <shared_mutex>

#include "core/base/assert.hpp"
#include "core/base/describe.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/folder.hpp"
#include "events/rocksdb/error.hpp"
#include "events/rocksdb/wal_tail.hpp"
#include "events/rocksdb/zero_ahead.hpp"

namespace shop {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::string_view kFormatKey = "format";
constexpr std::size_t kAllMemtablesBytes = 64 << 20;
constexpr std::size_t kMemtableBytes = 16 << 20;
constexpr std::size_t kWalBytesMax = 96 << 20;  // bounds what a start reads
constexpr std::size_t kScanReadahead = 1 << 20;

// The one entry of the default column family.
struct Format {
    std::int64_t format = kFormat;
    std::int64_t catalog = 0;
    std::int64_t commerce = 0;
    std::int64_t clicks = 0;
    bool operator==(const Format&) const = default;
};
SHOP_DESCRIBE(Format, format, catalog, commerce, clicks)

using Key = std::array<char, 8>;  // the offset, big-endian

Key key_of(Offset offset) {
    Key key;
    for (std::size_t i = key.size(); i-- > 0; offset >>= 8)
        key[i] = static_cast<char>(offset & 0xff);
    return key;
}

Offset offset_of(const rocksdb::Slice& key) {
    Offset offset = 0;
    for (std::size_t i = 0; i < key.size(); ++i)
        offset = (offset << 8) | static_cast<unsigned char>(key[i]);
    return offset;
}

rocksdb::Slice slice(std::string_view text) {
    return {text.data(), text.size()};
}

// Whether the folder holds a log, whole or not: an empty one must not take the place of a damaged.
bool is_begun(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
        const std::string name = file.path().filename().string();
        if (name == "CURRENT" || name.ends_with(".sst")) return true;
    }
    return false;
}

std::unique_ptr<rocksdb::Env> make_env(const RocksDbLogOptions& options) {
    rocksdb::Env* base = options.env == nullptr ? rocksdb::Env::Default() : options.env;
    auto files = base->GetFileSystem();
    return rocksdb::NewCompositeEnv(options.zero_ahead ? rocks::zero_ahead(files) : files);
}

rocksdb::DBOptions options_of(const RocksDbLogOptions& options, rocksdb::Env* env) {
    rocksdb::DBOptions db;
    db.env = env;
    db.create_if_missing = true;
    // Only a torn last write is forgiven; recycled files would hide where the log ends.
    if (options.stop_at_damage)
        db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    db.recycle_log_file_num = 0;
    db.max_total_wal_size = kWalBytesMax;
    db.db_write_buffer_size = kAllMemtablesBytes;
    db.bytes_per_sync = 1 << 20;
    db.max_background_jobs = 2;
    db.max_open_files = 512;
    db.keep_log_file_num = 2;
    db.max_log_file_size = 1 << 20;
    db.allow_concurrent_memtable_write = false;  // one writer
    return db;
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.cache_index_and_filter_blocks = true;
    table.block_size = 32 << 10;
    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.write_buffer_size = kMemtableBytes;
    family.compression = rocksdb::kLZ4Compression;
    return family;
}

std::unexpected<Error> in_doubt() {
    return fail(ErrorCode::kUnavailable, "append-in-doubt",
                "The disk did not confirm the write; whether it took place is not known.");
}

class RocksDbLogImpl final : public RocksDbLog {
  public:
    explicit RocksDbLogImpl(const RocksDbLogOptions& options)
        : options_(options),
          env_(make_env(options)),
          cache_(rocksdb::NewLRUCache(options.cache_bytes)) {}

    ~RocksDbLogImpl() override { close(); }

    Status open_files();

    Partitions partitions() const override { return options_.partitions; }
    void set_listener(Listener listener) override { listener_ = std::move(listener); }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override;
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override;
    Result<Offset> end(Partition partition) const override;
    void flush() override {}
    Status recover() override;
    Status copy_to(const std::filesystem::path& folder) const override;

  private:
    struct Family {
        rocksdb::ColumnFamilyHandle* handle = nullptr;
        std::atomic<Offset> end = 0;  // of what is durable; written by append() alone
    };

    void close();
    rocksdb::Status open_db();
    Status check_format();
    Status begin(const std::string& format);
    rocksdb::ColumnFamilyHandle* find_handle(Partition partition) const;
    Status find_ends();
    std::unexpected<Error> damaged(Partition partition, Offset offset,
                                   const std::string& detail) const;
    Error error_of(const rocksdb::Status& status) const {
        return rocks::error_of(status, "The log", options_.folder);
    }

    const RocksDbLogOptions options_;
    const std::unique_ptr<rocksdb::Env> env_;
    const std::shared_ptr<rocksdb::Cache> cache_;  // shared by RocksDB's own tables
    Listener listener_;

    // Exclusive while the files are opened anew; everybody else holds it shared.
    mutable std::shared_mutex files_;
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // the default one and one per partition
    std::map<Partition, Family> families_;

    // append()'s own.
    rocksdb::WriteBatch write_;
    std::vector<AppendReport> reports_;
    bool failed_ = false;  // since a failed write
};

void RocksDbLogImpl::close() {
    if (!db_) return;
    for (auto& [partition, family] : families_) family.handle = nullptr;
    for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
    handles_.clear();
    db_->Close();
    db_.reset();
}

// Opens the families there are; those of a new log are made by check_format().
rocksdb::Status RocksDbLogImpl::open_db() {
    const rocksdb::DBOptions db_options = options_of(options_, env_.get());
    const std::string folder = options_.folder.string();
    std::vector<std::string> names = {rocksdb::kDefaultColumnFamilyName};
    if (is_begun(options_.folder)) {
        auto status = rocksdb::DB::ListColumnFamilies(db_options, folder, &names);
        if (!status.ok()) return status;
    }
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const std::string& name : names) descriptors.emplace_back(name, family_options(cache_));
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(db_options, folder, descriptors, &handles_, &db);
    db_.reset(db);
    if (status.ok()) rocks::make_give_way(*db->GetEnv());
    return status;
}

Status RocksDbLogImpl::open_files() {
    SHOP_TRY_STATUS(make_folder(options_.folder));
    auto status = open_db();
    if (status.IsCorruption() && options_.cut_torn_tail) {
        // A write torn by a power cut may also end in bytes that were never written.
        SHOP_TRY(cut, rocks::cut_torn_tail(options_.folder));
        if (cut) status = open_db();
    }
    if (!status.ok()) return std::unexpected(error_of(status));
    SHOP_TRY_STATUS(check_format());
    for (const Partition partition : options_.partitions.all()) {
        rocksdb::ColumnFamilyHandle* handle = find_handle(partition);
        if (handle == nullptr) return damaged(partition, 0, "the partition is missing");
        families_[partition].handle = handle;
    }
    return find_ends();
}

rocksdb::ColumnFamilyHandle* RocksDbLogImpl::find_handle(Partition partition) const {
    for (rocksdb::ColumnFamilyHandle* handle : handles_)
        if (handle->GetName() == partition.to_string()) return handle;
    return nullptr;
}

Status RocksDbLogImpl::check_format() {
    const Partitions& p = options_.partitions;
    const Format own{kFormat, p.catalog, p.commerce, p.clicks};
    std::string text;
    const auto status = db_->Get({}, slice(kFormatKey), &text);
    if (status.IsNotFound()) return begin(json::to_json(own, json::Defaults::kWrite));
    if (!status.ok()) return std::unexpected(error_of(status));
    const auto format = json::from_json<Format>(text, json::Missing::kIsDefault);
    if (!format || format->format > kFormat)
        return fail(ErrorCode::kConflict, "newer-log",
                    "The log in " + options_.folder.string() +
                        " was written by a newer program (its format is " + text +
                        "). Start that program or a later one.");
    if (*format != own)
        return fail(ErrorCode::kConflict, "other-log",
                    "The log in " + options_.folder.string() + " has other partition counts (" +
                        text + "). Start the program with those.");
    return {};
}

// Makes what a new log lacks; the format comes last and says that it is complete.
Status RocksDbLogImpl::begin(const std::string& format) {
    for (const Partition partition : options_.partitions.all()) {
        if (find_handle(partition) != nullptr) continue;
        rocksdb::ColumnFamilyHandle* handle = nullptr;
        const auto made =
            db_->CreateColumnFamily(family_options(cache_), partition.to_string(), &handle);
        if (!made.ok()) return std::unexpected(error_of(made));
        handles_.push_back(handle);
    }
    rocksdb::WriteOptions synced;
    synced.sync = options_.sync;
    const auto written = db_->Put(synced, slice(kFormatKey), format);
    if (!written.ok()) return std::unexpected(error_of(written));
    return {};
}

Status RocksDbLogImpl::find_ends() {
    for (auto& [partition, family] : families_) {
        const std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator({}, family.handle));
        last->SeekToLast();
        if (!last->status().ok()) return std::unexpected(error_of(last->status()));
        family.end = last->Valid() ? offset_of(last->key()) + 1 : 0;
    }
    return {};
}

void RocksDbLogImpl::append(std::uint64_t ticket, std::span<const AppendBatch> batches) {
    const std::shared_lock lock(files_);
    write_.Clear();
    reports_.clear();
    for (const AppendBatch& batch : batches) {
        if (batch.ends.empty()) continue;
        const Family& family = families_.at(batch.partition);
        const Offset first = family.end.load(std::memory_order_relaxed);
        for (std::size_t i = 0; i < batch.ends.size(); ++i) {
            const Key key = key_of(first + static_cast<Offset>(i));
            write_.Put(family.handle, {key.data(), key.size()}, slice(batch.entry(i)));
        }
        reports_.push_back({batch.partition, ticket, 0, batch.ends.size(), first});
    }
    rocksdb::WriteOptions write_options;
    write_options.sync = options_.sync;
    if (!failed_ && !reports_.empty()) failed_ = !db_->Write(write_options, &write_).ok();
    for (AppendReport& report : reports_) {
        if (failed_)
            report.offset = in_doubt();
        else
            families_.at(report.partition)
                .end.fetch_add(static_cast<Offset>(report.count), std::memory_order_release);
    }
    if (listener_ && !reports_.empty()) listener_(reports_);
}

std::unexpected<Error> RocksDbLogImpl::damaged(Partition partition, Offset offset,
                                               const std::string& detail) const {
    return fail(ErrorCode::kCorrupt, "damaged-log",
                "The log in " + options_.folder.string() + " is damaged at or behind " +
                    Position{partition, offset}.to_string() + " (" + detail +
                    "). Restore it from a backup.");
}

Result<std::vector<StoredEntry>> RocksDbLogImpl::read(Partition partition, Offset from,
                                                      std::size_t entries_max,
                                                      std::size_t bytes_max) const {
    const std::shared_lock lock(files_);
    const Family& family = families_.at(partition);
    const Offset end = family.end.load(std::memory_order_acquire);
    std::vector<StoredEntry> found;
    if (from < 0) from = 0;
    if (from >= end || entries_max == 0 || family.handle == nullptr) return found;
    rocksdb::ReadOptions read_options;
    if (entries_max > 1) {
        read_options.fill_cache = false;
        read_options.readahead_size = kScanReadahead;
    }
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(read_options, family.handle));
    const Key key = key_of(from);
    std::size_t bytes = 0;
    for (at->Seek({key.data(), key.size()}); at->Valid(); at->Next(), ++from) {
        if (from >= end || found.size() == entries_max) return found;
        bytes += at->value().size();
        if (!found.empty() && bytes > bytes_max) return found;
        if (offset_of(at->key()) != from) return damaged(partition, from, "entries are missing");
        found.push_back({from, at->value().ToString()});
    }
    if (!at->status().ok()) return damaged(partition, from, at->status().ToString());
    if (from < end) return damaged(partition, from, "entries are missing");
    return found;
}

Result<Offset> RocksDbLogImpl::end(Partition partition) const {
    const std::shared_lock lock(files_);
    return families_.at(partition).end.load(std::memory_order_acquire);
}

Status RocksDbLogImpl::recover() {
    const std::unique_lock lock(files_);
    close();
    SHOP_TRY_STATUS(open_files());
    failed_ = false;
    return {};
}

Status RocksDbLogImpl::copy_to(const std::filesystem::path& folder) const {
    const std::shared_lock lock(files_);
    rocksdb::Checkpoint* made = nullptr;
    auto status = rocksdb::Checkpoint::Create(db_.get(), &made);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    if (status.ok()) status = checkpoint->CreateCheckpoint(folder.string());
    if (!status.ok()) return std::unexpected(rocks::error_of(status, "The copy", folder));
    return sync_tree(folder);
}

}  // namespace

Result<std::unique_ptr<RocksDbLog>> RocksDbLog::open(const RocksDbLogOptions& options) {
    auto log = std::make_unique<RocksDbLogImpl>(options);
    SHOP_TRY_STATUS(log->open_files());
    return log;
}

Result<Partitions> RocksDbLog::partitions_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    const auto status = rocksdb::DB::ListColumnFamilies({}, folder.string(), &names);
    if (!is_begun(folder) || !status.ok())
        return fail(ErrorCode::kNotFound, "no-log", "There is no log in " + folder.string() + ".");
    Partitions counts{0, 0, 0};
    for (const std::string& name : names) {
        const auto partition = Partition::parse(name);
        if (!partition) continue;
        std::uint16_t& count = partition->topic == Topic::kCatalog    ? counts.catalog
                               : partition->topic == Topic::kCommerce ? counts.commerce
                                                                      : counts.clicks;
        count = std::max<std::uint16_t>(count, static_cast<std::uint16_t>(partition->number + 1));
    }
    return counts;
}

}  // namespace shop
