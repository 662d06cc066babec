#include "events/appender.hpp"

#include <algorithm>
#include <utility>

namespace shop {

Appender::Appender(Log& log, std::function<void()> on_report)
    : log_(log), inbox_(std::make_shared<Inbox>()) {
    inbox_->on_report = std::move(on_report);
    log_.set_listener([inbox = inbox_](std::span<const AppendReport> reports) {
        const std::lock_guard lock(inbox->mutex);
        if (!inbox->on_report) return;
        inbox->reports.insert(inbox->reports.end(), reports.begin(), reports.end());
        inbox->on_report();
    });
}

Appender::~Appender() {
    const std::lock_guard lock(inbox_->mutex);
    inbox_->on_report = nullptr;
}

std::uint64_t Appender::append(std::span<const AppendBatch> batches) {
    log_.append(++ticket_, batches);
    return ticket_;
}

std::vector<AppendReport> Appender::take_reports() {
    const std::lock_guard lock(inbox_->mutex);
    return std::exchange(inbox_->reports, {});
}

std::vector<AppendReport> Appender::append_now(std::span<const AppendBatch> batches) {
    append(batches);
    flush();
    return take_reports();
}

AppendResult result_of(std::span<const AppendReport> reports, const AppendBatch& batch,
                       Offset first) {
    AppendResult result{.failed = false, .as_expected = true};
    std::size_t reported = 0;
    for (const AppendReport& report : reports) {
        const Offset expected = first + static_cast<Offset>(report.first);
        if (!report.offset) result.failed = true;
        if (!report.offset || *report.offset != expected) result.as_expected = false;
        reported += report.count;
    }
    // A log that reports too little has not told what became of the rest.
    if (reported != batch.ends.size()) result = {.failed = true, .as_expected = false};
    return result;
}

bool is_reported_at(std::span<const AppendReport> reports, Offset first, Offset offset) {
    return std::ranges::any_of(reports, [&](const AppendReport& report) {
        const Offset expected = first + static_cast<Offset>(report.first);
        return report.offset && *report.offset == expected && offset >= expected &&
               offset < expected + static_cast<Offset>(report.count);
    });
}

}  // namespace shop
