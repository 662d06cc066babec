#include "tests/simulation/view.hpp"

#include <algorithm>

namespace shop::simulation {

View::View(SharedLog& log, Dice& dice, bool saves_apart)
    : log_(log.connect()), dice_(dice), saves_apart_(saves_apart) {
    crash();
}

void View::crash() {
    readers_.clear();
    for (const Partition partition : log_->partitions().all())
        if (partition.topic != Topic::kClicks)
            readers_.emplace_back(*log_, partition, saved_.checkpoints[partition]);
    rows_ = saved_.rows;
    has_unsaved_ = false;
}

void View::save() {
    for (const LogReader& reader : readers_)
        saved_.checkpoints[reader.partition()] = reader.checkpoint();
    if (saves_apart_ && dice_.chance(100)) return crash();
    saved_.rows = rows_;
    has_unsaved_ = false;
}

Result<bool> View::step() {
    if (has_unsaved_ && dice_.chance(300)) {
        save();
        return true;
    }
    for (LogReader& reader : readers_) {
        SHOP_TRY(found, read(reader));
        if (found) return true;
    }
    if (has_unsaved_) save();
    return false;
}

Result<bool> View::read(LogReader& reader) {
    const Offset before = reader.rules().offset();
    if (before + 1 == log_->end(reader.partition())) return false;
    SHOP_TRY(entries, reader.read({.entries = 1 + dice_.below(20)}));
    for (const LogEntry& entry : entries) {
        SHOP_TRY(record, reader.decode(entry));
        for (const RecordedEvent& event : record.events) {
            Row& row = rows_[event.stream];
            if (event.version != row.version + 1) continue;  // a row got lost, as the audit says
            evolve_any(row.state, event.data, record.time);
            row.version = event.version;
        }
    }
    const bool moved = reader.rules().offset() != before;
    has_unsaved_ = has_unsaved_ || moved;
    return moved;
}

bool View::is_current() const {
    return !has_unsaved_ && std::ranges::all_of(readers_, [&](const LogReader& reader) {
        return reader.rules().offset() + 1 == log_->end(reader.partition());
    });
}

}  // namespace shop::simulation
