#include "events/log_tail.hpp"

#include <chrono>
#include <utility>

namespace shop {

LogTail::LogTail(const Log& log, std::vector<CommitObserver*> told)
    : log_(log), told_(std::move(told)) {}

LogTail::~LogTail() {
    stop();
}

void LogTail::look() {
    for (const Partition partition : log_.partitions().all()) {
        if (partition.topic == Topic::kClicks || is_served(partition)) continue;
        if (const auto end = log_.end(partition)) tell(partition, *end);
    }
}

void LogTail::hint(const Position& position) {
    if (!is_served(position.partition)) tell(position.partition, position.offset + 1);
}

void LogTail::on_office(Partition partition, const Term&, bool is_held) {
    const std::lock_guard lock(mutex_);
    if (is_held)
        served_.insert(partition);
    else
        served_.erase(partition);
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

bool LogTail::is_served(Partition partition) const {
    const std::lock_guard lock(mutex_);
    return served_.contains(partition);
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
        look();
        std::unique_lock lock(mutex_);
        pause_.wait_for(lock, stop, std::chrono::microseconds(kPause.us), [] { return false; });
    }
}

}  // namespace shop
