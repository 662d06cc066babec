// A thread for work that blocks, so that no event loop has to.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop {

// Runs functions one after another. Thread-safe. The destructor finishes what was begun and drops
// the rest, so nobody may wait for it any more.
class Worker {
  public:
    Worker() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

    void post(Executor::Function function) {
        {
            const std::lock_guard lock(mutex_);
            functions_.push_back(std::move(function));
        }
        posted_.notify_one();
    }

    // co_await worker.call<Result<X>>(home, work): work() runs on the worker, its value comes back
    // on `home`.
    template <class T, class Work>
    auto call(Executor& home, Work work) {
        return callback<T>([this, &home, work = std::move(work)](auto resume) mutable {
            post([&home, work = std::move(work), resume = std::move(resume)]() mutable {
                home.post([resume = std::move(resume), value = work()]() mutable {
                    resume(std::move(value));
                });
            });
        });
    }

  private:
    void run(const std::stop_token& stop) {
        for (;;) {
            std::unique_lock lock(mutex_);
            posted_.wait(lock, stop, [&] { return !functions_.empty(); });
            if (stop.stop_requested()) return;
            Executor::Function function = std::move(functions_.front());
            functions_.pop_front();
            lock.unlock();
            function();
        }
    }

    std::mutex mutex_;
    std::condition_variable_any posted_;
    std::deque<Executor::Function> functions_;  // guarded by mutex_
    std::jthread thread_;                       // last: ends before what it uses
};

}  // namespace shop
