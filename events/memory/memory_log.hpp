// A log in memory, for tests and the simulation. It keeps the port's promises and, when told to,
// does whatever brokers and failing disks do to their clients. Deterministic: what happens depends
// on the calls, the fates and the order of steps alone.
//
// A batch that is appended is first *under way*. Then it lands (once, twice, or not at all), is
// reported, and may land again late. Delivery says who makes that happen:
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
#include <set>
#include <thread>
#include <vector>

#include "events/log.hpp"

namespace shop {

// What becomes of one batch of an append.
struct Fate {
    int lands = 1;                 // copies that land before the report
    int lands_late = 0;            // copies that land after everything that is under way
    bool reported_failed = false;  // else with the offset of the first copy, which must land
    int report_waits = 0;  // for so many other things to happen, reports of later batches too
    int echo = 0;  // right before it an entry lands again: the last one (1), the one before (2), …
};

// How often each fault happens, in thousandths of the batches.
struct FaultRates {
    int lost = 0;              // never lands, reported as failed; what follows may land
    int lands_unreported = 0;  // lands, reported as failed
    int lands_twice = 0;       // lands twice, reported as failed
    int lands_late = 0;        // reported as failed, lands later
    int repeated_late = 0;     // lands, reported well, lands again later
    int late_report = 0;       // lands, reported some steps later
    int displaced = 0;         // lost, and a copy of an earlier entry stands in its place
    int echoed = 0;            // lands, behind a copy of an earlier entry
};

// How the log takes a failure.
enum class MemoryLogStyle {
    kDisk,    // every append fails until recover(), and what has not landed then never will
    kBroker,  // of many processes: later appends go on, late copies land whenever they like
};

class MemoryLog final : public Log {
  public:
    enum class Delivery { kInside, kManual, kThread };
    using FateOf = std::function<Fate(std::uint64_t ticket, const AppendBatch& batch)>;

    explicit MemoryLog(Partitions partitions, Delivery delivery = Delivery::kInside,
                       MemoryLogStyle style = MemoryLogStyle::kBroker);
    ~MemoryLog() override;

    // ---- The port. After a power cut a new listener may be set ----------------------------------
    Partitions partitions() const override { return partitions_; }
    void set_listener(Listener listener) override;
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override;
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override;
    Result<Offset> end(Partition partition) const override;
    Duration pause() const override { return pause_; }
    void flush() override;
    Status recover() override;

    // What pause() says from now on.
    void set_pause(Duration pause) { pause_ = pause; }

    // ---- Faults ---------------------------------------------------------------------------------
    // Asked once for each batch of an append; none: all goes well.
    void set_fates(FateOf fate_of);
    // Fates drawn from a seed.
    void set_faults(const FaultRates& rates, std::uint64_t seed);

    // Makes the next thing happen: a landing or a report, in order; when nothing is under way any
    // more, a late landing. False if there is none either.
    bool step();
    // Nothing is under way; there may be late landings.
    bool is_quiet() const;
    // All late landings, now.
    void land_late();

    // An entry of somebody else; its offset.
    Offset insert(Partition partition, std::string_view entry);
    // The next entry stands `count` offsets further on.
    void skip_offsets(Partition partition, Offset count);
    // The entry's bytes are damaged from now on: whoever reads it is told so.
    void damage(Partition partition, Offset offset);
    // The end goes back: entries from `end` on are gone, as if they had never been durable.
    void cut(Partition partition, Offset end);
    // What was appended under the ticket and has not landed never will, and is not reported: its
    // sender died before it was sent.
    void forget(std::uint64_t ticket);
    // The machine stops: of what is under way, the first `entries` of each partition are on disk
    // all the same; nothing is reported any more. The log is then as a restart finds it.
    void power_cut(std::size_t entries);

  private:
    struct Thing {
        enum class Kind { kLanding, kReport } kind;
        std::uint64_t id;
        int waits;
    };
    struct UnderWay {
        std::uint64_t ticket = 0;
        AppendBatch batch;
        Fate fate;
        bool landed = false;
        Offset first = -1;  // of the first copy
    };
    struct OnePartition {
        std::vector<StoredEntry> entries;
        Offset next = 0;
        std::set<Offset> damaged;
    };

    void begin(std::uint64_t ticket, const AppendBatch& batch);
    void happen(std::unique_lock<std::mutex>& lock);
    void land(const AppendBatch& batch, std::size_t entries);
    void land_again(Partition partition, int back);
    void report(std::unique_lock<std::mutex>& lock, UnderWay done);
    void run();

    const Partitions partitions_;
    Duration pause_;
    const Delivery delivery_;
    const MemoryLogStyle style_;
    Listener listener_;  // set while nothing is under way

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Partition, OnePartition> logs_;  // guarded by mutex_, with all below
    std::map<std::uint64_t, UnderWay> under_way_;
    std::deque<Thing> due_;
    std::deque<AppendBatch> late_;
    FateOf fate_of_;
    std::uint64_t next_id_ = 0;
    bool broken_ = false;     // kDisk: since a failure
    bool reporting_ = false;  // the listener is being called
    bool stopping_ = false;
    std::thread thread_;  // kThread only; joined by the destructor
};

}  // namespace shop
