// An event loop on a thread of its own.
#pragma once

#include <functional>
#include <future>
#include <thread>

#include "api/http/loop.hpp"

namespace shop::http {

// Runs it on the loop's thread, which must be another one, and returns when it has ended: for what
// belongs to that thread.
inline void run_on(Loop& loop, std::move_only_function<void()> what) {
    std::promise<void> done;
    loop.post([&] {
        what();
        done.set_value();
    });
    done.get_future().wait();
}

class LoopThread {
  public:
    LoopThread() : thread_([this] { loop_.run(); }) {}
    // Runs what was posted, then ends.
    ~LoopThread() { stop(); }
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;

    Loop& loop() { return loop_; }

    // Ends the thread; the loop itself lives on, so that whoever holds it may still post in vain.
    void stop() {
        if (!thread_.joinable()) return;
        loop_.stop();
        thread_.join();
    }

  private:
    Loop loop_;
    std::thread thread_;
};

}  // namespace shop::http
