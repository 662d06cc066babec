// A log in memory, for tests and the simulation. It keeps the port's promises and, when told to,
// does whatever brokers and failing disks do to their clients. Deterministic: what happens depends
// on the calls, the fates and the order of step() alone.
//
// An append is first *under way*. It then lands (once, twice, or not at all), is reported, and may
// land again later. Delivery says who makes that happen:
//
//   kInside   append() itself
//   kManual   whoever calls step(), one thing at a time
//   kThread   a thread of the log
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "events/log.hpp"

namespace shop {

// What becomes of one batch of an append.
struct Fate {
    int lands = 1;                 // copies that land, before the report
    int lands_later = 0;           // copies that land after it, when land_late() or a step does it
    bool reported_failed = false;  // else with the offset of the first copy, which must land
    int report_after = 0;          // further steps until the report
};

// How often each fault happens, in thousandths of the batches.
struct FaultRates {
    int lost = 0;              // never lands, reported as failed; what follows may land
    int lands_unreported = 0;  // lands, reported as failed
    int lands_twice = 0;       // lands twice, reported as failed
    int lands_late = 0;        // reported as failed, lands later
    int repeated_late = 0;     // lands, reported well, lands again later
    int late_report = 0;       // lands, reported some steps later
};

class MemoryLog final : public Log {
  public:
    enum class Delivery { kInside, kManual, kThread };
    using FateOf = std::function<Fate(std::uint64_t ticket, const AppendBatch& batch)>;

    explicit MemoryLog(Partitions partitions, Delivery delivery = Delivery::kInside);
    ~MemoryLog() override;

    // ---- The port -------------------------------------------------------------------------------
    Partitions partitions() const override { return partitions_; }
    void set_listener(Listener listener) override;
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override;
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override;
    Result<Offset> end(Partition partition) const override;
    void flush() override;
    Status recover() override;

    // ---- Faults ---------------------------------------------------------------------------------
    // Asked once for each batch of an append; none: all goes well.
    void set_fates(FateOf fate_of);
    // Fates drawn from a seed.
    void set_faults(const FaultRates& rates, std::uint64_t seed);

    // Makes the next thing under way happen: a landing, a report, a late landing. False if nothing
    // is. The order is kept within a partition; between partitions it is first come, first served.
    bool step();
    // All late landings, now.
    void land_late();
    // An entry of somebody else.
    Offset insert(Partition partition, std::string_view entry);
    // The entry's bytes are damaged from now on: whoever reads it is told so.
    void damage(Partition partition, Offset offset);
    // The end goes back: entries from `end` on are gone, as if they had never been durable.
    void cut(Partition partition, Offset end);
    // The machine stops: of each partition's appends under way, in order, the first `lands_first`
    // land all the same; nothing is reported any more. The log is then as a restart finds it.
    void power_cut(std::size_t lands_first);
    // Entries in doubt may land even after recover(), as on a log of many processes.
    void set_shared(bool shared);

  private:
    struct UnderWay {
        std::uint64_t ticket = 0;
        AppendBatch batch;
        Fate fate;
        bool landed = false;
        Offset first = -1;
    };
    struct OnePartition {
        std::vector<StoredEntry> entries;
        std::deque<UnderWay> under_way;
        std::vector<Offset> damaged;
    };

    OnePartition& at(Partition partition) { return logs_[partition]; }
    Offset land(OnePartition& log, const AppendBatch& batch);
    void report(const UnderWay& done);
    void run();

    const Partitions partitions_;
    const Delivery delivery_;
    Listener listener_;  // set before the first append

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Partition, OnePartition> logs_;  // guarded by mutex_, with all below
    std::deque<Partition> due_;               // one for each thing to happen, in order
    std::vector<AppendBatch> late_;           // what lands when land_late() is called
    FateOf fate_of_;
    bool shared_ = false;
    bool stopping_ = false;
    bool reporting_ = false;
    std::thread thread_;  // kThread only; joined by the destructor
};

}  // namespace shop
