// Which partitions this process is asked to serve, of a shop of several processes. A hint, as all
// but the log: two that are asked to serve the same partition do no harm (reader_rules.hpp).
#pragma once

#include <span>
#include <vector>

#include "events/log.hpp"

namespace shop {

class Membership {
  public:
    // Told on one thread at a time.
    class Listener {
      public:
        // Also of what is served already.
        virtual void take(std::span<const Partition> partitions) = 0;
        // Returns when they are left, and somebody else may be asked; after some seconds at the
        // latest.
        virtual void leave(std::span<const Partition> partitions) = 0;
        // Somebody else may have been asked already.
        virtual void lose(std::span<const Partition> partitions) = 0;

      protected:
        ~Listener() = default;
    };

    virtual ~Membership() = default;

    // `listener` outlives quit().
    virtual Status join(Listener& listener) = 0;
    // Leaves what is served, and is asked no more. Once join() was called, and before the end.
    virtual void quit() = 0;
};

// Always the same: for operators who know better, and for tests.
class FixedMembership final : public Membership {
  public:
    explicit FixedMembership(std::vector<Partition> partitions)
        : partitions_(std::move(partitions)) {}

    Status join(Listener& listener) override {
        listener_ = &listener;
        listener.take(partitions_);
        return {};
    }
    void quit() override {
        if (Listener* listener = std::exchange(listener_, nullptr)) listener->leave(partitions_);
    }

  private:
    const std::vector<Partition> partitions_;
    Listener* listener_ = nullptr;
};

}  // namespace shop
