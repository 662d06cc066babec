// A loop for tests: runs posted functions and waits for descriptors with poll(), on the calling
// thread, until a condition holds. Posting is safe from other threads.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include "events/executor.hpp"
#include "events/fd_watcher.hpp"

namespace shop::tests {

class PollLoop final : public Executor, public FdWatcher {
  public:
    PollLoop();
    ~PollLoop() override;
    void post(Executor::Function function) override;
    void post_after(Duration delay, Executor::Function function) override;
    void when_readable(int fd, FdWatcher::Function ready) override;
    void when_writable(int fd, FdWatcher::Function ready) override;
    void forget(int fd) override;

    // True once done() holds; false after `limit`.
    bool run_until(const std::function<bool()>& done, Duration limit = seconds(20));

  private:
    struct Waits {
        FdWatcher::Function readable;
        FdWatcher::Function writable;
    };
    bool run_posted();
    void wait_once(int timeout_ms);

    std::mutex mutex_;  // guards posted_ and delayed_
    std::deque<Executor::Function> posted_;
    std::multimap<std::int64_t, Executor::Function> delayed_;  // by steady microseconds
    std::map<int, Waits> waits_;
    int wake_read_ = -1;
    int wake_write_ = -1;
};

}  // namespace shop::tests
