// Runs one version of one view: reads the log, hands batches to the projection, and moves the
// checkpoints in the same transaction by compare-and-set, so that no record is ever applied twice,
// whoever else runs, and whatever fails in between. Each partition has a checkpoint of its own:
// other runners, of other processes, may have other partitions of the same version.
//
//   Runner runner(log, projection, options, observer);
//   while (!stopping) { auto read = runner.step(); if (read && *read == 0) wait_for_more(); }
//
// A record that fails alone, for a reason that will not pass, becomes a dead letter (dead_letters
// .hpp). A checkpoint that does not fit the log, or more than 100 dead letters, stop the view: it
// keeps what it has, and an operator must act.
//
// A view that is being built reads the log ahead: while a batch is written, the next one is read
// and decoded on another thread (batch_reader.hpp). What was read and not committed is forgotten
// whenever anything fails. One thread but for that.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "events/log.hpp"
#include "projections/batch_reader.hpp"
#include "projections/dead_letters.hpp"
#include "projections/postgres/database.hpp"
#include "projections/projection.hpp"
#include "projections/view_store.hpp"

namespace shop::projections {

struct RunnerOptions {
    std::string conninfo;
    postgres::GiveUp give_up;
    int version = 0;
    postgres::WriteMode mode = postgres::WriteMode::kTail;
    std::size_t tail_entries = 2'000;    // of the log, in one batch
    std::size_t build_entries = 20'000;  // … when building
};

// What a runner tells; called on its thread.
class RunnerObserver {
  public:
    virtual ~RunnerObserver() = default;
    // After the commit: how far the view has read each of the runner's partitions (inclusive), what
    // the batch touched, and the dead letters it knows.
    virtual void on_commit(int version, const Offsets& read, const Touched& touched,
                           const std::set<Position>& dead_letters) = 0;
    // The view goes on no further, or a record was put aside.
    virtual void on_alarm(int version, const Error& error) = 0;
};

class Runner {
  public:
    Runner(const Log& log, const Projection& projection, RunnerOptions options,
           RunnerObserver& observer);

    // From now on these partitions, instead of all; none: step() does nothing.
    void take(std::set<Partition> partitions);

    // Reads and applies the next batch; the number of log entries it went over, 0 if there is
    // nothing new. Connects first if need be, and reads where to go on.
    //
    // kUnavailable: call again later (no database, locks, another runner is at work: that one's
    // batches win and this one goes on behind them). kConflict "view-stopped": no more until an
    // operator has acted.
    Result<std::size_t> step();

    // Writes what is wrong by now only because time has passed (Projection::refresh). Errors as
    // step().
    Status refresh(Time now);

    // Saves a checkpoint that moved over records which changed nothing: such are not worth a
    // transaction each. Called when idle and now and then.
    Status save_idle();

    // Whether a step that went over so many entries found no backlog. That there is nothing left to
    // read may never come true while others write.
    bool has_caught_up(std::size_t entries) const { return entries <= options_.tail_entries; }

    // Building has caught up: from now on few rows at a time, soon.
    Status end_build();
    bool is_building() const { return options_.mode == postgres::WriteMode::kBuild; }

    // Behind what step() went over: committed, or unsaved. Never what is read ahead.
    const Offsets& read() const { return read_; }
    bool has_unsaved() const { return !unsaved_.empty(); }

  private:
    struct Batch {
        std::vector<ViewRecord> records;
        std::vector<std::string> entries;  // of the records
        std::vector<DeadLetter> letters;   // records that wait, or cannot be read
        std::vector<Record> waiting;       // those of the letters that can be read
        Checkpoints checkpoints;           // of the partitions that moved
    };

    Status open();
    Status begin_reading(postgres::Database& database, const ViewVersion& version);
    Status stop(const Error& error);
    Result<LogBatch> read_batch();
    Batch sort(LogBatch read);
    void sort(BatchEntry entry, Batch& batch);
    void passed(const Checkpoints& checkpoints);
    Status commit(Batch& batch);
    Status try_commit(Batch& batch, bool one_by_one, Touched& touched);
    Status try_refresh(Time now, Touched& touched);
    Status apply_one_by_one(Batch& batch, Touched& touched);
    Status forget(const Record& record);
    template <class Work>
    Result<Status> try_alone(const Work& work);
    Status fenced();
    Status stop_if_too_many(const Batch& batch);
    void follow_growth(std::size_t records);
    Status take_statistics(int target);
    Status learn_size();
    void close();

    const Log& log_;
    const Projection& projection_;
    RunnerOptions options_;
    RunnerObserver& observer_;
    std::set<Partition> partitions_;
    std::optional<postgres::Database> database_;  // none: open() is due
    ViewVersion version_;
    std::optional<BatchReader> batches_;  // as long as database_
    DeadLetters dead_letters_;
    Offsets read_;
    Offsets saved_;                  // as the database has it, as far as we know
    Checkpoints unsaved_;            // moved over records that changed nothing
    std::size_t records_since_ = 0;  // the last statistics
    std::size_t statistics_after_ = 1'000;
    bool has_rival_ = false;  // somebody moved a checkpoint of ours, and we none since
};

}  // namespace shop::projections
