// A thread for what operators do with views: it blocks on the database, so it must not run on an
// event loop. One call at a time, in order. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop::projections {

class Desk {
  public:
    Desk();
    // Ends behind the call under way; calls that wait are dropped, so nobody may wait any more.
    ~Desk();

    // Runs work() on the desk's thread; resumes with its result on `home`.
    template <class T>
    Task<T> run(Executor& home, std::function<T()> work) {
        co_return co_await callback<T>([&](auto resume) {
            post([&home, work = std::move(work), resume = std::move(resume)]() mutable {
                home.post([resume = std::move(resume), result = work()]() mutable {
                    resume(std::move(result));
                });
            });
        });
    }

  private:
    void post(std::move_only_function<void()> work);
    void serve();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::move_only_function<void()>> waiting_;  // guarded by mutex_, as is stopping_
    bool stopping_ = false;
    std::thread thread_;  // last: it uses all above
};

}  // namespace shop::projections
