// The engine's end of the log: appends, and collects what is reported of them.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "events/log.hpp"

namespace shop {

// One thread: the committer's. The log may report on any thread.
class Appender {
  public:
    // Becomes the log's listener; a log has one appender at a time. `on_report` is called when
    // there is something to take, on whatever thread the log reports.
    Appender(Log& log, std::function<void()> on_report);
    ~Appender();
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;

    // Returns the ticket that its reports bear.
    std::uint64_t append(std::span<const AppendBatch> batches);
    // What was reported since, in no particular order.
    std::vector<AppendReport> take_reports();
    // Returns once every appended entry is reported.
    void flush() { log_.flush(); }
    // While nothing else is on its way: appends, waits, and returns what was reported.
    std::vector<AppendReport> append_now(std::span<const AppendBatch> batches);

  private:
    // Shared with the listener: the log may still report when the engine is gone.
    struct Inbox {
        std::mutex mutex;
        std::vector<AppendReport> reports;
        std::function<void()> on_report;  // none any more: the appender has ended
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

// `reports`: all of the batch, and of no other; in any order.
AppendResult result_of(std::span<const AppendReport> reports, const AppendBatch& batch,
                       Offset first);

// Whether the reports of a batch say that this one entry is where it was expected.
bool is_reported_at(std::span<const AppendReport> reports, Offset first, Offset offset);

}  // namespace shop
