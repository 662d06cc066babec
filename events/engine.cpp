#include "events/engine.hpp"

namespace shop {

Task<Result<Called>> Engine::call(Executor& home, Submission submission, AnyCall call) {
    static const AnyState kNoState;
    const StreamId target = target_of(submission.command);
    const auto receipt = co_await submit(home, std::move(submission));
    if (!receipt && receipt.error().code == ErrorCode::kUnavailable)
        co_return std::unexpected(receipt.error());
    const auto snapshot = co_await read(home, target);
    if (!snapshot) co_return std::unexpected(snapshot.error());
    const AnyState& state = snapshot->state ? *snapshot->state : kNoState;
    co_return Called{find_outcome(call, state), receipt ? receipt->time : Time{}};
}

}  // namespace shop
