// The thread of one version of a view (projector.hpp): it reads, writes, refreshes, ends the build,
// and swaps the version in if that is due. For the sources of Projector alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <thread>

#include "projections/projector.hpp"
#include "projections/runner.hpp"

namespace shop::projections {

class Projector::Worker final : public RunnerObserver {
  public:
    struct Duty {
        postgres::WriteMode mode = postgres::WriteMode::kTail;
        bool swap_when_built = false;
    };
    Worker(Projector& owner, const ViewVersion& version, Duty duty);
    ~Worker() override;

    std::int64_t made() const { return made_; }

    void on_commit(int version, const Offsets& read, const Touched& touched,
                   const std::set<Position>& dead_letters) override;
    void on_alarm(int version, const Error& error) override;

  private:
    void run();
    void refresh_failed(const Error& error);
    void back_off(const Error& error);
    void end_build();
    void swap_in();
    Status try_swap();

    Projector& owner_;
    const int version_;
    const std::int64_t made_;
    bool swap_is_due_;          // once it has caught up, until it is done
    Duration swap_not_before_;  // steady clock
    bool has_ended_build_ = false;
    Runner runner_;
    std::atomic<bool> stop_ = false;
    Duration back_off_;
    std::string complaint_;  // why the last refresh failed
    std::thread thread_;     // last: it uses all above
};

}  // namespace shop::projections
