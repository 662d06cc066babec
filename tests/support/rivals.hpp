// Several processes that fight for the partitions of one log on mock brokers (mock_kafka.hpp), each
// an engine of its own with the threads it has in a shop. An officer gives partitions to one after
// another, and mostly tells nobody else; connections break, answers get lost, processes nap; many
// clients go on as if nothing was.
//
//   Rivals rivals(seed, protections);
//   rivals.fight(500);                       // takeovers, or more
//   const Findings found = rivals.judge();
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "api/system_clock.hpp"
#include "events/local_engine.hpp"
#include "events/memory/memory_state_store.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/support/mock_kafka.hpp"
#include "tests/support/napping_log.hpp"
#include "tests/support/poll_loop.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::tests {

// What an independent reader makes of the log, and of what clients were told.
struct Findings {
    std::size_t takeovers = 0;     // claims that count, but for the first of each partition
    std::size_t records = 0;       // that count
    std::size_t void_entries = 0;  // that do not
    std::size_t acknowledged = 0;  // commands
    std::size_t unanswered = 0;    // at the end
    std::size_t reads = 0;
    std::size_t falsely = 0;  // acknowledged, and no record of it counts, or one somewhere else
    std::size_t doubled = 0;  // commands of which more than one record counts
    std::size_t stale = 0;    // reads that showed less than was known when they began
    std::vector<std::string> wrong;  // answers that nobody had a reason for
    std::string story() const;
};

class Rivals {
  public:
    Rivals(std::uint64_t seed, Protections protections);
    ~Rivals();

    void fight(std::size_t takeovers);
    // After everything has calmed down. Once.
    Findings judge();

  private:
    struct Process;
    struct Deed;
    struct Item;

    KafkaLogOptions patient_options() const;
    void open_process();
    void give(Partition partition);
    void trouble();
    void lose_answers();
    bool is_due(Partition partition);
    Task<bool> shop_around(int client);
    Task<bool> change(Item& item, std::string key);
    Task<bool> look_at(Item& item);
    LocalEngine& whoever_may_serve(Partition partition);
    void judge(Partition partition, const Log& log, Findings& found) const;

    simulation::Dice officer_dice_;
    simulation::Dice dice_;  // of the clients
    const Protections protections_;
    MockKafka kafka_;
    api::SystemClock clock_;
    TestCatalog catalog_;
    std::vector<std::unique_ptr<Process>> processes_;
    std::vector<std::atomic<std::size_t>> asked_;  // who was given each partition last
    std::atomic<std::size_t> takeovers_ = 0;       // as the processes tell them
    std::atomic<bool> is_over_ = false;

    // The officer's thread alone, by partition.
    std::vector<std::chrono::steady_clock::time_point> given_;

    // The clients' thread alone.
    PollLoop loop_;
    std::vector<Item> items_;
    std::vector<Deed> deeds_;
    std::int64_t levels_ = 0;
    Findings found_;
};

}  // namespace shop::tests
