// The engine's end of the log: appends, one call at a time, and the reports of the last call.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "events/log.hpp"

namespace shop {

// One thread: the committer's. The log may report on any thread.
class Appender {
  public:
    // Becomes the log's listener; a log has one appender at a time.
    explicit Appender(Log& log);

    // The reports of the call before must have been taken.
    void append(std::span<const AppendBatch> batches);
    // Returns once every entry of the last append is reported, with all of its reports, by
    // partition and in the order of their entries.
    std::vector<AppendReport> take_reports();

  private:
    // Shared with the listener: the log may still report when the engine is gone.
    struct Inbox {
        std::mutex mutex;
        std::uint64_t ticket = 0;
        std::vector<AppendReport> reports;  // of that ticket
    };

    Log& log_;
    const std::shared_ptr<Inbox> inbox_;
    std::uint64_t ticket_ = 0;
};

// What the reports of one batch amount to.
struct AppendResult {
    bool failed = false;       // in doubt, in part or all of it
    bool as_expected = false;  // durable, at the expected offsets, all of it
};

// `reports` may hold those of other partitions.
AppendResult result_of(std::span<const AppendReport> reports, const AppendBatch& batch,
                       Offset first);

// Whether the reports say that this one entry is where it was expected.
bool is_reported_at(std::span<const AppendReport> reports, Partition partition, Offset first,
                    Offset offset);

}  // namespace shop
