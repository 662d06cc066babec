#include "projections/view_progress.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace shop::projections {
namespace {

// How exact the age is, and how many marks a partition keeps at most while a view is far behind.
constexpr Duration kMarkEvery = milliseconds(2);
constexpr std::size_t kMarksMax = 4'096;

}  // namespace

// Resumed once, by whoever comes first: the runner or the clock.
struct Progress::Waiter {
    std::vector<Position> positions;
    Executor& home;
    std::move_only_function<void(Result<bool>)> resume;
    std::atomic<bool> done = false;

    void finish(Result<bool> result) {
        if (!done.exchange(true)) resume(std::move(result));
    }
};

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
        auto waiter = std::make_shared<Waiter>(std::move(positions), home, std::move(resume));
        home.post_after(timeout, [waiter] { waiter->finish(false); });
        const std::lock_guard lock(mutex_);
        // The view may have moved in between.
        if (auto now = judge(waiter->positions); !now || *now)
            home.post([waiter, now] { waiter->finish(now); });
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

std::vector<std::shared_ptr<Progress::Waiter>> Progress::take_ready() {
    std::vector<std::shared_ptr<Waiter>> ready;
    std::erase_if(waiters_, [&](const std::shared_ptr<Waiter>& waiter) {
        if (waiter->done.load()) return true;
        const auto now = judge(waiter->positions);
        if (now && !*now) return false;
        ready.push_back(waiter);
        return true;
    });
    return ready;
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
    std::vector<std::shared_ptr<Waiter>> ready;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [partition, offset] : read) read_[partition] = offset;
        dead_letters_.insert(dead_letters.begin(), dead_letters.end());
        forget_read();
        publish();
        ready = take_ready();
    }
    for (auto& waiter : ready) {
        const std::lock_guard lock(mutex_);
        auto now = judge(waiter->positions);
        waiter->home.post([waiter, now] { waiter->finish(now); });
    }
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
