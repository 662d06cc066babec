#include "events/copy_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/assert.hpp"
#include "events/appender.hpp"

namespace shop {
namespace {

constexpr std::size_t kEntriesAtATime = 2'000;
constexpr std::size_t kBytesAtATime = 4ULL << 20;
constexpr int kTriesMax = 5;  // of one batch

std::string at(Partition partition, Offset offset) {
    return Position{partition, offset}.to_string();
}

std::unexpected<Error> not_a_copy(Partition partition, Offset offset) {
    return fail(ErrorCode::kConflict, "not-a-copy",
                fmt::format("The target holds something else at {}. Copy to a log that is empty, "
                            "or that an earlier copy of this one was cut short in.",
                            at(partition, offset)));
}

std::unexpected<Error> in_use(Partition partition) {
    return fail(ErrorCode::kConflict, "log-in-use",
                fmt::format("Somebody writes to {} while it is copied. Stop every process of the "
                            "shop and start again; what was copied is kept.",
                            partition.to_string()));
}

class Copier {
  public:
    Copier(const Log& from, Log& to, const CopyProgress& progress)
        : from_(from), to_(to), progress_(progress), appender_(to, [] {}) {}

    Result<CopiedLog> copy() {
        const std::vector<Partition> all = from_.partitions().all();
        std::vector<Offset> ends;
        for (const Partition partition : all) {
            SHOP_TRY(end, from_.end(partition));
            ends.push_back(end);
            whole_ += static_cast<std::uint64_t>(end);
        }
        for (std::size_t i = 0; i < all.size(); ++i) SHOP_TRY_STATUS(copy(all[i], ends[i]));
        for (std::size_t i = 0; i < all.size(); ++i) {
            SHOP_TRY(source, from_.end(all[i]));
            SHOP_TRY(target, to_.end(all[i]));
            if (source != ends[i] || target != ends[i]) return in_use(all[i]);
        }
        return copied_;
    }

  private:
    using Entries = std::vector<StoredEntry>;

    Status copy(Partition partition, Offset end) {
        for (Offset next = 0; next < end;) {
            SHOP_TRY(entries, read_source(partition, next));
            if (entries.empty()) return gap(partition, next);
            SHOP_TRY_STATUS(bring(partition, entries));
            next += static_cast<Offset>(entries.size());
            count(entries);
        }
        SHOP_TRY(behind, to_.end(partition));
        return behind > end ? not_a_copy(partition, end) : Status{};
    }

    // From `next` on, without a gap.
    Result<Entries> read_source(Partition partition, Offset next) {
        SHOP_TRY(entries, from_.read(partition, next, kEntriesAtATime, kBytesAtATime));
        for (const StoredEntry& entry : entries)
            if (entry.offset != next++) return gap(partition, next - 1);
        return entries;
    }

    static std::unexpected<Error> gap(Partition partition, Offset offset) {
        return fail(ErrorCode::kConflict, "gap-in-log",
                    fmt::format("There is no entry {} in the source, so that those behind it "
                                "cannot keep their offsets.",
                                at(partition, offset)));
    }

    // Until the target holds all of them: what it lacks is appended, and looked at likewise.
    Status bring(Partition partition, const Entries& entries) {
        std::size_t same = 0;
        for (int tries = 0; tries < kTriesMax; ++tries) {
            SHOP_TRY_STATUS(compare(partition, entries, same));
            if (same == entries.size()) return {};
            SHOP_TRY_STATUS(append(partition, std::span(entries).subspan(same)));
        }
        return fail(ErrorCode::kUnavailable, "log-unreachable",
                    fmt::format("The target does not take {}. Start again when it does; what was "
                                "copied is kept.",
                                at(partition, entries[same].offset)));
    }

    // Goes on from the first `same`, which have been compared.
    Status compare(Partition partition, const Entries& entries, std::size_t& same) {
        while (same < entries.size()) {
            const Offset next = entries[same].offset;
            SHOP_TRY(there, to_.read(partition, next, entries.size() - same, kBytesAtATime));
            if (there.empty()) return {};
            for (const StoredEntry& entry : there) {
                const StoredEntry& wanted = entries[same];
                if (entry.offset != wanted.offset || entry.bytes != wanted.bytes)
                    return not_a_copy(partition, wanted.offset);
                ++same;
            }
        }
        return {};
    }

    Status append(Partition partition, std::span<const StoredEntry> entries) {
        AppendBatch batch{.partition = partition, .bytes = {}, .ends = {}};
        for (const StoredEntry& entry : entries) {
            batch.bytes += entry.bytes;
            batch.ends.push_back(batch.bytes.size());
        }
        const auto reports = appender_.append_now(std::span(&batch, 1));
        copied_.written += entries.size();
        // What became of it is read, whatever the reports say.
        return result_of(reports, batch, entries.front().offset).failed ? to_.recover() : Status{};
    }

    void count(const Entries& entries) {
        copied_.entries += entries.size();
        for (const StoredEntry& entry : entries) copied_.bytes += entry.bytes.size();
        progress_(copied_.entries, whole_);
    }

    const Log& from_;
    Log& to_;
    const CopyProgress& progress_;
    Appender appender_;
    std::uint64_t whole_ = 0;
    CopiedLog copied_;
};

}  // namespace

Result<CopiedLog> copy_log(const Log& from, Log& to, const CopyProgress& progress) {
    SHOP_ASSERT(from.partitions() == to.partitions());
    return Copier(from, to, progress).copy();
}

}  // namespace shop
