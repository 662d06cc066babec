// Which of several processes feeds a view: whoever holds its advisory lock in Postgres. The others
// follow: they look at the checkpoints, every 50 ms, and tell their own readers what has been
// committed; and one of them feeds it as soon as the lock is free.
//
// The lock saves work and is no protection: who lost it with its connection, and does not know yet,
// feeds on beside the next one, and neither can apply a record twice (runner.hpp).
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "projections/postgres/database.hpp"
#include "projections/projector.hpp"

namespace shop::projections {

class Lead {
  public:
    // `projector` outlives it.
    explicit Lead(Projector& projector) : projector_(projector) {}
    // Feeds no more.
    ~Lead();

    // The first look, so that readers know the live version; then on a thread of its own.
    Status start();

    bool leads() const { return leads_; }

  private:
    Status step();
    Status try_lead();
    Status follow();
    void run(const std::stop_token& stop);

    Projector& projector_;
    std::optional<postgres::Database> database_;  // whose session holds the lock, while it leads
    std::atomic<bool> leads_ = false;
    int live_ = 0;  // as it was last seen, with how far that version had read
    Offsets read_;
    std::string complaint_;  // why the last step failed
    std::jthread thread_;
};

}  // namespace shop::projections
