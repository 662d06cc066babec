#include "events/past_state.hpp"

#include <algorithm>
#include <memory>
#include <span>

#include "core/any_state.hpp"
#include "events/record.hpp"

namespace shop {
namespace {

// Entries of others that are read along rather than left out by going to another place.
constexpr Offset kGapMax = 500;
constexpr std::size_t kBytesAtOnce = 1 << 20;

// How many of the records, from the first on, are read in one go.
std::size_t run_length(std::span<const Offset> records) {
    std::size_t count = 1;
    while (count < records.size() && records[count] - records[count - 1] <= kGapMax) ++count;
    return count;
}

class Fold {
  public:
    explicit Fold(const Past& past) : past_(past) { snapshot_.position = {past.partition, -1}; }

    Status add(const StoredEntry& entry) {
        SHOP_TRY(record, decoder_.read(entry.bytes));
        for (const RecordedEvent& event : record.events) {
            if (event.stream != past_.stream) continue;
            evolve_any(*state_, event.data, record.time);
            snapshot_.version = event.version;
        }
        snapshot_.position.offset = entry.offset;
        return {};
    }

    Snapshot take() {
        if (snapshot_.version > 0) snapshot_.state = std::move(state_);
        return std::move(snapshot_);
    }

  private:
    const Past& past_;
    RecordReader decoder_;
    std::shared_ptr<AnyState> state_ = std::make_shared<AnyState>();
    Snapshot snapshot_;
};

// Those records, of which none is far from the one before it.
Status add_run(Fold& fold, const Log& log, Partition partition, std::span<const Offset> records) {
    Offset from = records.front();
    while (!records.empty()) {
        const auto entries_max = static_cast<std::size_t>(records.back() - from + 1);
        SHOP_TRY(entries, log.read(partition, from, entries_max, kBytesAtOnce));
        for (const StoredEntry& entry : entries) {
            if (records.empty() || entry.offset < records.front()) continue;
            if (entry.offset > records.front()) break;
            SHOP_TRY_STATUS(fold.add(entry));
            records = records.subspan(1);
        }
        const bool is_shown =
            records.empty() || (!entries.empty() && entries.back().offset < records.front());
        if (!is_shown)
            return fail(ErrorCode::kUnavailable, "in-doubt",
                        "The log is being recovered; ask again in a moment with the same key.");
        from = entries.back().offset + 1;
    }
    return {};
}

}  // namespace

Result<Snapshot> fold_past(const Log& log, const Past& past) {
    Fold fold(past);
    for (std::span<const Offset> left = past.records; !left.empty();) {
        const std::size_t count = run_length(left);
        SHOP_TRY_STATUS(add_run(fold, log, past.partition, left.first(count)));
        left = left.subspan(count);
    }
    return fold.take();
}

}  // namespace shop
