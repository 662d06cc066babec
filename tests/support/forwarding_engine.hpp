// An engine that asks another one: for those that change some of its answers.
#pragma once

#include <utility>
#include <vector>

#include "events/engine.hpp"

namespace shop::tests {

class ForwardingEngine : public Engine {
  public:
    explicit ForwardingEngine(Engine& engine) : engine_(engine) {}

    Task<Result<Receipt>> submit(Executor& home, Submission submission) override {
        return engine_.submit(home, std::move(submission));
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
    Engine& engine_;
};

}  // namespace shop::tests
