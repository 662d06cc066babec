#include "events/log_tail.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace shop {

LogTail::LogTail(const Log& log, const Clock& clock, IsServed is_served,
                 std::vector<CommitObserver*> told)
    : log_(log), clock_(clock), is_served_(std::move(is_served)), told_(std::move(told)) {}

LogTail::~LogTail() {
    stop();
}

void LogTail::look(const std::stop_token& stop) {
    for (const Partition partition : log_.partitions().all()) {
        if (stop.stop_requested()) return;
        if (partition.topic != Topic::kClicks && !is_served_(partition)) ask(partition);
    }
}

// Brokers that are away take many seconds to say nothing, and the other partitions wait meanwhile.
void LogTail::ask(Partition partition) {
    const auto silent = silent_.find(partition);
    if (silent != silent_.end() && clock_.steady() < silent->second.until) return;
    if (const auto end = log_.end(partition)) {
        silent_.erase(partition);
        return tell(partition, *end);
    }
    Silence& silence = silent_[partition];
    silence.pause = {std::clamp(silence.pause.us * 2, kSilenceFirst.us, kSilenceMax.us)};
    silence.until = {clock_.steady().us + silence.pause.us};
}

void LogTail::hint(const Position& position) {
    if (!is_served_(position.partition)) tell(position.partition, position.offset + 1);
}

void LogTail::tell(Partition partition, Offset end) {
    {
        const std::lock_guard lock(mutex_);
        Offset& known = ends_[partition];
        if (end <= known) return;
        known = end;
    }
    for (CommitObserver* observer : told_) observer->on_advance(partition, end);
}

// ---- The thread ---------------------------------------------------------------------------------

void LogTail::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void LogTail::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

void LogTail::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        look(stop);
        std::unique_lock lock(mutex_);
        pause_.wait_for(lock, stop, std::chrono::microseconds(kPause.us), [] { return false; });
    }
}

}  // namespace shop
