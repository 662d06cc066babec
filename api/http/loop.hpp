// An event loop: one thread's turn of work, timers and descriptors, over an Asio io_context of its
// own. post() and post_after() are thread-safe; the FdWatcher's part belongs to the loop's thread.
//
// What is still waiting when the loop dies is dropped without being called.
#pragma once

#include <memory>

#include "events/executor.hpp"
#include "events/fd_watcher.hpp"

namespace boost::asio {
class io_context;
}

namespace shop::http {

class Loop final : public Executor, public FdWatcher {
  public:
    Loop();
    ~Loop() override;

    void post(Executor::Function function) override;
    void post_after(Duration delay, Executor::Function function) override;
    void when_readable(int fd, FdWatcher::Function ready) override;
    void when_writable(int fd, FdWatcher::Function ready) override;
    void forget(int fd) override;

    // Works on the calling thread until stop().
    void run();
    // Thread-safe. What was posted before still runs.
    void stop();

    boost::asio::io_context& context();  // for the sources of this folder

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shop::http
