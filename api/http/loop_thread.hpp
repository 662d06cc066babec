// An event loop on a thread of its own.
#pragma once

#include <thread>

#include "api/http/loop.hpp"

namespace shop::http {

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
