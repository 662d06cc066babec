// Writes what the shards hand over into the state store, behind the committer's back: encoding
// thousands of states takes longer than an answer may wait.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "events/shard.hpp"
#include "events/state_store.hpp"

namespace shop {

// Thread-safe.
class StateWriter {
  public:
    explicit StateWriter(StateStore& store) : store_(store) {}
    ~StateWriter();

    // Takes over a captured batch, all of it durable; tells the shard when it is stored, and clears
    // `is_saving` last. At most one batch per shard at a time.
    void put(StateBatch batch, Shard& shard, std::atomic<bool>& is_saving);

    // Writes one batch on the calling thread. False if there is none.
    bool step();
    // From now on a thread does it, until stop().
    void start();
    // Writes what is left and ends the thread.
    void stop();
    // Returns once nothing is left; without a thread, writes it itself.
    void drain();

    std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

  private:
    struct Save {
        StateBatch batch;
        Shard* shard = nullptr;
        std::atomic<bool>* is_saving = nullptr;
    };
    void run();
    void write(Save& save);

    StateStore& store_;
    std::atomic<std::uint64_t> failures_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Save> saves_;   // guarded by mutex_
    std::size_t writing_ = 0;  // guarded by mutex_
    bool stopping_ = false;    // guarded by mutex_
    std::thread thread_;
};

}  // namespace shop
