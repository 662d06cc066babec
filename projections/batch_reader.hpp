// Reads the log for a runner (runner.hpp), a batch after another: from its partitions of a view,
// what that cares for, decoded. A batch owns what it holds, so that the next one can be read on
// another thread while it is written to the database:
//
//   BatchReader reader(log, projection, checkpoints);
//   SHOP_TRY(batch, reader.next(20'000));
//   reader.read_ahead(20'000);  // goes on beside …
//   write(batch);               // … this
//
// One thread; that of read_ahead() has ended before next() returns, and before the reader is gone.
#pragma once

#include <future>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "events/log.hpp"
#include "events/log_reader.hpp"
#include "projections/projection.hpp"
#include "projections/view_store.hpp"

namespace shop::projections {

// A valid record that the projection wants.
struct BatchEntry {
    Position position;
    std::string bytes;
    Result<Record> record;  // or why it cannot be decoded
};

struct LogBatch {
    std::vector<BatchEntry> entries;  // those of one partition in its order
    Checkpoints checkpoints;          // behind the batch, of the partitions that moved
    std::size_t size = 0;             // entries of the log it went over, wanted or not
};

// The start of all partitions that the view is made from.
Checkpoints beginnings(const Log& log, const Projection& projection);

class BatchReader {
  public:
    // Goes on behind the checkpoints, which are of the partitions that it reads.
    BatchReader(const Log& log, const Projection& projection, const Checkpoints& from);

    // The next batch, of about `entries_max` entries of the log at most, or as many as read_ahead()
    // was told: each partition has its share, so that none waits for another's backlog. Size 0: the
    // log holds nothing new as of this call.
    //
    // Errors as of LogReader::read. What was read before the error is lost: make a new reader.
    Result<LogBatch> next(std::size_t entries_max);

    // Begins to read what the next call of next() returns, on a thread of its own. Called behind a
    // next() that gave a batch, once.
    void read_ahead(std::size_t entries_max);

  private:
    Result<LogBatch> read(std::size_t entries_max);
    Status read_partition(LogReader& reader, ReadLimits limits, LogBatch& batch) const;

    const Projection& projection_;
    std::vector<LogReader> readers_;       // the other thread's while `ahead_` is valid
    std::future<Result<LogBatch>> ahead_;  // last: its destructor waits for the thread
};

}  // namespace shop::projections
