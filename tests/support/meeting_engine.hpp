// An engine that lets calls meet between what they read and what they ask for, as they do by chance
// in a busy shop. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "events/engine.hpp"

namespace shop::tests {

class MeetingEngine final : public Engine {
  public:
    explicit MeetingEngine(Engine& engine) : engine_(engine) {}

    // The next `calls` commands are submitted once all of them are there.
    void wait_for(std::size_t calls) { expected_ = calls; }

    Task<Result<Receipt>> submit(Executor& home, Submission submission) override {
        if (expected_ > 0)
            co_await callback<bool>(
                [this, &home](auto resume) { arrive(home, std::move(resume)); });
        co_return co_await engine_.submit(home, std::move(submission));
    }
    Task<Result<Trial>> try_out(Executor& home, Submission submission) override {
        return engine_.try_out(home, std::move(submission));
    }
    Task<Result<Snapshot>> read(Executor& home, StreamId id) override {
        return engine_.read(home, id);
    }
    Task<Result<Snapshot>> read_at(Executor& home, StreamId id, Position position) override {
        return engine_.read_at(home, id, position);
    }
    Task<Result<Snapshot>> wait(Executor& home, StreamId id, std::uint64_t version,
                                Duration timeout) override {
        return engine_.wait(home, id, version, timeout);
    }
    Result<std::vector<StreamId>> open_streams(Partition partition) const override {
        return engine_.open_streams(partition);
    }
    Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                              std::size_t limit) const override {
        return engine_.due_streams(partition, kind, by, limit);
    }
    Status serving() const override { return engine_.serving(); }
    Time now() const override { return engine_.now(); }
    bool clock_is_sane() const override { return engine_.clock_is_sane(); }

  private:
    using GoOn = std::function<void(bool)>;

    void arrive(Executor& home, GoOn go_on) {
        waiting_.emplace_back(&home, std::move(go_on));
        if (waiting_.size() < expected_) return;
        expected_ = 0;
        for (auto& [executor, go] : std::exchange(waiting_, {}))
            executor->post([resume = std::move(go)] { resume(true); });
    }

    Engine& engine_;
    std::size_t expected_ = 0;
    std::vector<std::pair<Executor*, GoOn>> waiting_;
};

}  // namespace shop::tests
