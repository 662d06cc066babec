#include "tests/support/poll_loop.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <vector>

#include "core/base/assert.hpp"

namespace shop::tests {
namespace {

std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

PollLoop::PollLoop() {
    std::array<int, 2> ends{};
    SHOP_ASSERT(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
    wake_read_ = ends[0];
    wake_write_ = ends[1];
}

PollLoop::~PollLoop() {
    close(wake_read_);
    close(wake_write_);
}

void PollLoop::post(Executor::Function function) {
    // The mutex is held to the end: once the function has run, the loop may be gone.
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(function));
    // A full pipe has woken the loop already.
    [[maybe_unused]] const auto written = write(wake_write_, "x", 1);
}

void PollLoop::post_after(Duration delay, Executor::Function function) {
    const std::lock_guard lock(mutex_);
    delayed_.emplace(now_us() + delay.us, std::move(function));
}

void PollLoop::when_readable(int fd, FdWatcher::Function ready) {
    waits_[fd].readable = std::move(ready);
}

void PollLoop::when_writable(int fd, FdWatcher::Function ready) {
    waits_[fd].writable = std::move(ready);
}

void PollLoop::forget(int fd) {
    waits_.erase(fd);
}

bool PollLoop::run_posted() {
    std::deque<Executor::Function> due;
    {
        const std::lock_guard lock(mutex_);
        due.swap(posted_);
        const auto end = delayed_.upper_bound(now_us());
        for (auto at = delayed_.begin(); at != end; ++at) due.push_back(std::move(at->second));
        delayed_.erase(delayed_.begin(), end);
    }
    for (auto& function : due) function();
    return !due.empty();
}

void PollLoop::wait_once(int timeout_ms) {
    std::vector<pollfd> fds{{.fd = wake_read_, .events = POLLIN}};
    for (const auto& [fd, waits] : waits_) {
        const int events = (waits.readable ? POLLIN : 0) | (waits.writable ? POLLOUT : 0);
        if (events != 0) fds.push_back({.fd = fd, .events = static_cast<short>(events)});
    }
    poll(fds.data(), fds.size(), timeout_ms);
    std::array<char, 64> drained;
    while (read(wake_read_, drained.data(), drained.size()) > 0) {
    }
    for (const pollfd& ready : fds) {
        const int failed = ready.revents & (POLLERR | POLLHUP);
        const auto fire = [&](FdWatcher::Function Waits::* which, int event) {
            const auto at = waits_.find(ready.fd);
            if (at == waits_.end() || ((ready.revents & event) | failed) == 0) return;
            if (auto function = std::exchange(at->second.*which, nullptr)) function();
        };
        fire(&Waits::readable, POLLIN);
        fire(&Waits::writable, POLLOUT);
    }
}

bool PollLoop::run_until(const std::function<bool()>& done, Duration limit) {
    const std::int64_t end = now_us() + limit.us;
    while (!done()) {
        if (now_us() > end) return false;
        wait_once(run_posted() ? 0 : 5);
    }
    return true;
}

}  // namespace shop::tests
