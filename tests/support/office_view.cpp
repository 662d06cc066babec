#include "tests/support/office_view.hpp"

namespace shop::tests {

void OfficeView::take(Partition partition) {
    held_.insert(partition);
    if (observer_ == nullptr) return;
    observer_->on_office(partition, Term{1, "a"}, true);
    observer_->on_commit(partition, open_streams(partition).value());
}

void OfficeView::leave(Partition partition) {
    held_.erase(partition);
    if (observer_ != nullptr) observer_->on_office(partition, Term{1, "a"}, false);
}

Status OfficeView::check(Partition partition) const {
    if (held_.contains(partition)) return {};
    return fail(ErrorCode::kUnavailable, "not-owner", "Somebody else decides that.");
}

Task<Result<Receipt>> OfficeView::submit(Executor& home, Submission submission) {
    if (const Status held = check(target_of(submission.command)); !held)
        return ready(Result<Receipt>(std::unexpected(held.error())));
    return ForwardingEngine::submit(home, std::move(submission));
}

Task<Result<Snapshot>> OfficeView::read(Executor& home, StreamId id) {
    if (const Status held = check(id); !held)
        return ready(Result<Snapshot>(std::unexpected(held.error())));
    return ForwardingEngine::read(home, id);
}

Task<Result<Snapshot>> OfficeView::read_at(Executor& home, StreamId id, Position) {
    return read(home, id);
}

Task<Result<Snapshot>> OfficeView::wait(Executor& home, StreamId id, std::uint64_t, Duration) {
    return read(home, id);
}

Result<std::vector<StreamId>> OfficeView::open_streams(Partition partition) const {
    SHOP_TRY_STATUS(check(partition));
    return ForwardingEngine::open_streams(partition);
}

Result<std::vector<StreamId>> OfficeView::due_streams(Partition partition, StreamKind kind, Time by,
                                                      std::size_t limit) const {
    SHOP_TRY_STATUS(check(partition));
    return ForwardingEngine::due_streams(partition, kind, by, limit);
}

void OfficeView::on_commit(Partition partition, std::span<const StreamId> streams) {
    if (observer_ != nullptr && held_.contains(partition)) observer_->on_commit(partition, streams);
}

}  // namespace shop::tests
