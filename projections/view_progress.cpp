#include "projections/view_progress.hpp"

#include <algorithm>
#include <chrono>

namespace shop::projections {
namespace {

// How exact the age is, and how many marks a partition keeps at most while a view is far behind.
constexpr Duration kMarkEvery = milliseconds(2);
constexpr std::size_t kMarksMax = 4'096;

}  // namespace

bool ViewPosition::has_passed(std::span<const Position> positions) const {
    return std::ranges::all_of(positions, [&](const Position& position) {
        const auto at = read.find(position.partition);
        return at != read.end() && at->second >= position.offset;
    });
}

Progress::Progress(const Clock& clock) : clock_(clock) {
    publish();
}

std::shared_ptr<const ViewPosition> Progress::position() const {
    const std::lock_guard lock(mutex_);
    return position_;
}

Duration Progress::age() const {
    const std::lock_guard lock(mutex_);
    std::optional<Duration> oldest;
    for (const auto& [partition, marks] : unread_)
        if (!marks.empty() && (!oldest || marks.front().since < *oldest))
            oldest = marks.front().since;
    return oldest ? std::max(Duration{}, clock_.steady() - *oldest) : Duration{};
}

// Positions are compared one by one: a dead letter counts as read, but is not in the view.
Result<bool> Progress::judge(std::span<const Position> positions) const {
    for (const Position& position : positions)
        if (dead_letters_.contains(position))
            return fail(ErrorCode::kUnavailable, "view-parked",
                        "The record at " + position.to_string() +
                            " could not be brought into the view and waits for an operator.");
    return position_->has_passed(positions);
}

Task<Result<bool>> Progress::wait_passed(Executor& home, std::vector<Position> positions,
                                         Duration timeout) {
    {
        const std::lock_guard lock(mutex_);
        const auto now = judge(positions);
        if (!now || *now || timeout <= Duration{}) co_return now;
    }
    co_return co_await callback<Result<bool>>([&](auto resume) {
        Waiter waiter{std::move(positions),
                      TimedWait<Result<bool>>::begin(home, timeout, false, std::move(resume))};
        const std::lock_guard lock(mutex_);
        // The view may have moved in between.
        if (auto now = judge(waiter.positions); !now || *now)
            waiter.ends->end(std::move(now));
        else
            waiters_.push_back(std::move(waiter));
        waiter_came_.notify_all();
    });
}

void Progress::publish() {
    auto position = std::make_shared<ViewPosition>();
    position->read = read_;
    for (const auto& [partition, offset] : read_) {
        if (offset < 0) continue;
        if (!position->text.empty()) position->text += ',';
        position->text += Position{partition, offset}.to_string();
    }
    position_ = std::move(position);
}

void Progress::forget_read() {
    for (auto& [partition, marks] : unread_) {
        const auto at = read_.find(partition);
        while (at != read_.end() && !marks.empty() && marks.front().end <= at->second + 1)
            marks.pop_front();
    }
}

void Progress::end_waits() {
    std::erase_if(waiters_, [&](const Waiter& waiter) {
        if (waiter.ends->is_over()) return true;
        auto now = judge(waiter.positions);
        if (now && !*now) return false;
        waiter.ends->end(std::move(now));
        return true;
    });
}

void Progress::reset(const std::map<Partition, Offset>& read, std::set<Position> dead_letters) {
    {
        const std::lock_guard lock(mutex_);
        read_.clear();
        dead_letters_ = std::move(dead_letters);
    }
    advance(read, {});
}

void Progress::advance(const std::map<Partition, Offset>& read,
                       const std::set<Position>& dead_letters) {
    const std::lock_guard lock(mutex_);
    for (const auto& [partition, offset] : read) read_[partition] = offset;
    dead_letters_.insert(dead_letters.begin(), dead_letters.end());
    forget_read();
    publish();
    end_waits();
}

void Progress::announce(Partition partition, Offset end) {
    const std::lock_guard lock(mutex_);
    const auto at = read_.find(partition);
    if (at != read_.end() && at->second + 1 >= end) return;
    std::deque<Mark>& marks = unread_[partition];
    const Duration now = clock_.steady();
    if (marks.empty() || (now - marks.back().since >= kMarkEvery && marks.size() < kMarksMax))
        marks.push_back({end, now});
    else
        marks.back().end = std::max(marks.back().end, end);
}

void Progress::wait_for_reader(Duration limit) {
    std::unique_lock lock(mutex_);
    waiter_came_.wait_for(lock, std::chrono::microseconds(limit.us),
                          [this] { return !waiters_.empty(); });
}

}  // namespace shop::projections
