#include "events/appender.hpp"

#include <algorithm>
#include <tuple>

#include "core/base/assert.hpp"

namespace shop {

Appender::Appender(Log& log) : log_(log), inbox_(std::make_shared<Inbox>()) {
    log_.set_listener([inbox = inbox_](std::span<const AppendReport> reports) {
        const std::lock_guard lock(inbox->mutex);
        for (const AppendReport& report : reports)
            if (report.ticket == inbox->ticket) inbox->reports.push_back(report);
    });
}

void Appender::append(std::span<const AppendBatch> batches) {
    {
        const std::lock_guard lock(inbox_->mutex);
        SHOP_ASSERT(inbox_->reports.empty());
        inbox_->ticket = ++ticket_;
    }
    log_.append(ticket_, batches);
}

std::vector<AppendReport> Appender::take_reports() {
    log_.flush();
    std::vector<AppendReport> reports;
    {
        const std::lock_guard lock(inbox_->mutex);
        reports.swap(inbox_->reports);
    }
    std::ranges::sort(reports, {}, [](const AppendReport& report) {
        return std::pair(report.partition, report.first);
    });
    return reports;
}

AppendResult result_of(std::span<const AppendReport> reports, const AppendBatch& batch,
                       Offset first) {
    AppendResult result{.failed = false, .as_expected = true};
    std::size_t reported = 0;
    for (const AppendReport& report : reports) {
        if (report.partition != batch.partition) continue;
        if (!report.offset) result.failed = true;
        const bool in_place = report.offset && report.first == reported &&
                              *report.offset == first + static_cast<Offset>(report.first);
        result.as_expected = result.as_expected && in_place;
        reported += report.count;
    }
    // A log that reports too little has not told what became of the rest.
    if (reported != batch.ends.size()) result = {.failed = true, .as_expected = false};
    return result;
}

bool is_reported_at(std::span<const AppendReport> reports, Partition partition, Offset first,
                    Offset offset) {
    return std::ranges::any_of(reports, [&](const AppendReport& report) {
        const Offset expected = first + static_cast<Offset>(report.first);
        return report.partition == partition && report.offset && *report.offset == expected &&
               offset >= expected && offset < expected + static_cast<Offset>(report.count);
    });
}

}  // namespace shop
