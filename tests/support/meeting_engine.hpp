// An engine that lets calls meet between what they read and what they ask for, as they do by chance
// in a busy shop. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "tests/support/forwarding_engine.hpp"

namespace shop::tests {

class MeetingEngine final : public ForwardingEngine {
  public:
    using ForwardingEngine::ForwardingEngine;

    // The next `calls` commands are submitted once all of them are there.
    void wait_for(std::size_t calls) { expected_ = calls; }

    Task<Result<Receipt>> submit(Executor& home, Submission submission) override {
        if (expected_ > 0)
            co_await callback<bool>(
                [this, &home](auto resume) { arrive(home, std::move(resume)); });
        co_return co_await ForwardingEngine::submit(home, std::move(submission));
    }

  private:
    using GoOn = std::function<void(bool)>;

    void arrive(Executor& home, GoOn go_on) {
        waiting_.emplace_back(&home, std::move(go_on));
        if (waiting_.size() < expected_) return;
        expected_ = 0;
        for (auto& [executor, go] : std::exchange(waiting_, {}))
            executor->post([resume = std::move(go)] { resume(true); });
    }

    std::size_t expected_ = 0;
    std::vector<std::pair<Executor*, GoOn>> waiting_;
};

}  // namespace shop::tests
