#include "events/memory/memory_log.hpp"

#include <algorithm>
#include <random>

#include "core/base/assert.hpp"

namespace shop {
namespace {

constexpr std::size_t kAllEntries = SIZE_MAX;

// The faults as (rate, fate), in the order they are drawn.
Fate draw_fate(const FaultRates& rates, std::mt19937_64& random) {
    const int waits = 1 + static_cast<int>(random() % 4);
    const int back = 1 + static_cast<int>(random() % 8);
    const std::array<std::pair<int, Fate>, 8> faults = {{
        {rates.lost, {.lands = 0, .reported_failed = true}},
        {rates.lands_unreported, {.lands = 1, .reported_failed = true}},
        {rates.lands_twice, {.lands = 2, .reported_failed = true}},
        {rates.lands_late, {.lands = 0, .lands_late = 1, .reported_failed = true}},
        {rates.repeated_late, {.lands = 1, .lands_late = 1}},
        {rates.late_report, {.lands = 1, .report_waits = waits}},
        {rates.displaced, {.lands = 0, .reported_failed = true, .echo = back}},
        {rates.echoed, {.lands = 1, .echo = back}},
    }};
    int draw = static_cast<int>(random() % 1000);
    for (const auto& [rate, fate] : faults) {
        if (draw < rate) return fate;
        draw -= rate;
    }
    return {};
}

}  // namespace

MemoryLog::MemoryLog(Partitions partitions, Delivery delivery, MemoryLogStyle style)
    : partitions_(partitions), delivery_(delivery), style_(style) {
    for (const Partition partition : partitions_.all()) logs_[partition];
    if (delivery_ == Delivery::kThread) thread_ = std::thread([this] { run(); });
}

MemoryLog::~MemoryLog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void MemoryLog::set_listener(Listener listener) {
    const std::lock_guard lock(mutex_);
    SHOP_ASSERT(due_.empty() && !reporting_);
    listener_ = std::move(listener);
}

void MemoryLog::append(std::uint64_t ticket, std::span<const AppendBatch> batches) {
    std::unique_lock lock(mutex_);
    for (const AppendBatch& batch : batches) begin(ticket, batch);
    changed_.notify_all();
    if (delivery_ != Delivery::kInside) return;
    while (!due_.empty()) happen(lock);
}

void MemoryLog::begin(std::uint64_t ticket, const AppendBatch& batch) {
    SHOP_ASSERT(logs_.contains(batch.partition));
    if (batch.ends.empty()) return;
    Fate fate = fate_of_ ? fate_of_(ticket, batch) : Fate{};
    if (broken_) fate = {.lands = 0, .reported_failed = true};
    SHOP_ASSERT(fate.reported_failed || fate.lands > 0);
    if (fate.reported_failed && style_ == MemoryLogStyle::kDisk) broken_ = true;
    const std::uint64_t id = next_id_++;
    under_way_[id] = {ticket, batch, fate};
    due_.push_back({Thing::Kind::kLanding, id, 0});
    due_.push_back({Thing::Kind::kReport, id, fate.report_waits});
}

bool MemoryLog::step() {
    std::unique_lock lock(mutex_);
    if (!due_.empty()) {
        happen(lock);
        return true;
    }
    if (late_.empty()) return false;
    land(late_.front(), kAllEntries);
    late_.pop_front();
    return true;
}

bool MemoryLog::is_quiet() const {
    const std::lock_guard lock(mutex_);
    return due_.empty();
}

void MemoryLog::happen(std::unique_lock<std::mutex>& lock) {
    Thing thing = due_.front();
    due_.pop_front();
    if (thing.waits > 0) {
        --thing.waits;
        due_.push_back(thing);
        return;
    }
    const auto at = under_way_.find(thing.id);
    if (thing.kind == Thing::Kind::kReport) {
        UnderWay done = std::move(at->second);
        under_way_.erase(at);
        return report(lock, std::move(done));
    }
    UnderWay& batch = at->second;
    if (batch.fate.echo > 0) land_again(batch.batch.partition, batch.fate.echo);
    batch.first = logs_[batch.batch.partition].next;
    for (int i = 0; i < batch.fate.lands; ++i) land(batch.batch, kAllEntries);
    for (int i = 0; i < batch.fate.lands_late; ++i) late_.push_back(batch.batch);
    batch.landed = true;
}

void MemoryLog::land(const AppendBatch& batch, std::size_t entries) {
    OnePartition& log = logs_[batch.partition];
    for (std::size_t i = 0; i < std::min(entries, batch.ends.size()); ++i)
        log.entries.push_back({log.next++, std::string(batch.entry(i))});
}

void MemoryLog::land_again(Partition partition, int back) {
    OnePartition& log = logs_[partition];
    if (log.entries.empty()) return;
    const std::size_t at =
        log.entries.size() - std::min(static_cast<std::size_t>(back), log.entries.size());
    log.entries.push_back({log.next++, log.entries[at].bytes});
}

void MemoryLog::report(std::unique_lock<std::mutex>& lock, UnderWay done) {
    AppendReport report{done.batch.partition, done.ticket, 0, done.batch.ends.size(), done.first};
    if (done.fate.reported_failed)
        report.offset = fail(ErrorCode::kUnavailable, "append-in-doubt",
                             "Whether the append took place is not known.");
    reporting_ = true;
    lock.unlock();
    if (listener_) listener_(std::span(&report, 1));
    lock.lock();
    reporting_ = false;
    changed_.notify_all();
}

void MemoryLog::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return stopping_ || !due_.empty(); });
        if (stopping_) return;
        happen(lock);
    }
}

Result<std::vector<StoredEntry>> MemoryLog::read(Partition partition, Offset from,
                                                 std::size_t entries_max,
                                                 std::size_t bytes_max) const {
    const std::lock_guard lock(mutex_);
    const OnePartition& log = logs_.at(partition);
    std::vector<StoredEntry> found;
    std::size_t bytes = 0;
    auto at = std::ranges::lower_bound(log.entries, from, {}, &StoredEntry::offset);
    for (; at != log.entries.end() && found.size() < entries_max; ++at) {
        bytes += at->bytes.size();
        if (!found.empty() && bytes > bytes_max) break;
        if (log.damaged.contains(at->offset))
            return fail(ErrorCode::kCorrupt, "damaged-log",
                        "The log is damaged at " + Position{partition, at->offset}.to_string() +
                            ". Restore it from a backup.");
        found.push_back(*at);
    }
    return found;
}

Result<Offset> MemoryLog::end(Partition partition) const {
    const std::lock_guard lock(mutex_);
    const OnePartition& log = logs_.at(partition);
    return log.entries.empty() ? 0 : log.entries.back().offset + 1;
}

void MemoryLog::flush() {
    std::unique_lock lock(mutex_);
    if (delivery_ == Delivery::kThread)
        changed_.wait(lock, [&] { return due_.empty() && !reporting_; });
    else
        while (!due_.empty()) happen(lock);
}

Status MemoryLog::recover() {
    flush();
    const std::lock_guard lock(mutex_);
    if (style_ == MemoryLogStyle::kDisk) late_.clear();
    broken_ = false;
    return {};
}

void MemoryLog::set_fates(FateOf fate_of) {
    const std::lock_guard lock(mutex_);
    fate_of_ = std::move(fate_of);
}

void MemoryLog::set_faults(const FaultRates& rates, std::uint64_t seed) {
    set_fates([rates, random = std::mt19937_64(seed)](std::uint64_t, const AppendBatch&) mutable {
        return draw_fate(rates, random);
    });
}

void MemoryLog::land_late() {
    const std::lock_guard lock(mutex_);
    for (const AppendBatch& batch : late_) land(batch, kAllEntries);
    late_.clear();
}

Offset MemoryLog::insert(Partition partition, std::string_view entry) {
    const std::lock_guard lock(mutex_);
    OnePartition& log = logs_.at(partition);
    log.entries.push_back({log.next, std::string(entry)});
    return log.next++;
}

void MemoryLog::skip_offsets(Partition partition, Offset count) {
    const std::lock_guard lock(mutex_);
    logs_.at(partition).next += count;
}

void MemoryLog::damage(Partition partition, Offset offset) {
    const std::lock_guard lock(mutex_);
    logs_.at(partition).damaged.insert(offset);
}

void MemoryLog::cut(Partition partition, Offset end) {
    const std::lock_guard lock(mutex_);
    OnePartition& log = logs_.at(partition);
    std::erase_if(log.entries, [&](const StoredEntry& entry) { return entry.offset >= end; });
    log.next = std::min(log.next, end);
}

void MemoryLog::forget(std::uint64_t ticket) {
    const std::lock_guard lock(mutex_);
    for (auto at = under_way_.begin(); at != under_way_.end();) {
        if (at->second.ticket != ticket || at->second.landed) {
            ++at;
            continue;
        }
        std::erase_if(due_, [&](const Thing& thing) { return thing.id == at->first; });
        at = under_way_.erase(at);
    }
    changed_.notify_all();
}

void MemoryLog::power_cut(std::size_t entries) {
    const std::lock_guard lock(mutex_);
    std::map<Partition, std::size_t> left;
    for (const auto& [id, batch] : under_way_) {
        if (batch.landed) continue;
        std::size_t& room = left.try_emplace(batch.batch.partition, entries).first->second;
        const std::size_t count = std::min(room, batch.batch.ends.size());
        land(batch.batch, count);
        room -= count;
    }
    under_way_.clear();
    due_.clear();
    late_.clear();
    broken_ = false;
    changed_.notify_all();
}

}  // namespace shop
