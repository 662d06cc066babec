// What this process has heard of who is in office over which partition. A hint: the log alone says
// who may write, and whoever is asked wrongly says so.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/cluster/owner.hpp"
#include "events/engine.hpp"
#include "events/timed_wait.hpp"

namespace shop {

// Thread-safe.
class Directory {
  public:
    std::optional<Owner> find(Partition partition) const;
    // Taken if its term is later than that of whoever is known.
    void hear(const Owner& owner);
    // True once somebody with a term later than `term` is known, false after `timeout` or stop().
    Task<bool> wait_newer(Executor& home, Partition partition, std::uint64_t term,
                          Duration timeout);
    std::vector<Owner> all() const;
    // Ends all waits, those to come too.
    void stop();

  private:
    struct Wait {
        std::uint64_t term = 0;
        std::shared_ptr<TimedWait<bool>> ends;
    };
    struct OnePartition {
        std::optional<Owner> owner;
        std::vector<Wait> waits;
        std::uint64_t term() const { return owner ? owner->term : 0; }
    };
    void add_wait(Partition partition, Wait wait);

    mutable std::mutex mutex_;
    std::map<Partition, OnePartition> partitions_;  // guarded by mutex_
    bool stopped_ = false;                          // guarded by mutex_
};

// Tells a directory of the offices of this process, and counts them.
class OwnOffices final : public CommitObserver {
  public:
    OwnOffices(Directory& directory, const Clock& clock, std::string address)
        : directory_(directory), clock_(clock), address_(std::move(address)) {}

    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition, Offset) override {}
    void on_office(Partition partition, const Term& term, bool is_held) override;

    const std::string& address() const { return address_; }
    // Offices that this process took, left or lost so far. Thread-safe.
    std::uint64_t changes() const { return changes_; }

  private:
    Directory& directory_;
    const Clock& clock_;
    const std::string address_;
    std::map<Partition, std::uint64_t> held_;  // by term; of whichever thread tells
    std::atomic<std::uint64_t> changes_ = 0;
};

}  // namespace shop
