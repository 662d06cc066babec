// What this process has heard of who is in office over which partition. A hint: the log alone says
// who may write, and whoever is asked wrongly says so.
#pragma once

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

// Tells a directory of the offices of this process.
class OwnOffices final : public CommitObserver {
  public:
    OwnOffices(Directory& directory, std::string address)
        : directory_(directory), address_(std::move(address)) {}

    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition, Offset) override {}
    void on_office(Partition partition, const Term& term, bool is_held) override {
        if (is_held) directory_.hear({partition, term.number, address_});
    }

  private:
    Directory& directory_;
    const std::string address_;
};

}  // namespace shop
