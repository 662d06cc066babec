#include "api/import/submitter.hpp"

#include <algorithm>
#include <utility>

namespace shop::import {
namespace {

constexpr int kTriesMax = 12;  // with back-off from 5 ms: about 10 s

bool is_worth_another_try(const Error& error) {
    return error.code == ErrorCode::kUnavailable || error.type == "keys-under-way";
}

}  // namespace

Task<Result<Receipt>> Submitter::submit(AnyCommand command, std::string name) {
    Submission submission = base_;
    submission.id = CommandId::derive({base_.id.to_string(), name});
    for (int tries = 1;; ++tries) {
        submission.command = command;
        auto receipt = co_await engine_.submit(home_, submission);
        if (receipt) remember(*receipt);
        if (receipt || !co_await may_try_again(receipt.error(), tries)) co_return receipt;
    }
}

Task<Result<Trial>> Submitter::try_out(AnyCommand command) {
    Submission submission = base_;
    submission.command = std::move(command);
    for (int tries = 1;; ++tries) {
        auto trial = co_await engine_.try_out(home_, submission);
        if (trial || !co_await may_try_again(trial.error(), tries)) co_return trial;
    }
}

Task<bool> Submitter::may_try_again(Error error, int tries) {
    if (tries == kTriesMax || !is_worth_another_try(error)) co_return false;
    co_return co_await pause(milliseconds(5LL << std::min(tries, 8)));
}

Task<Result<Snapshot>> Submitter::wait_until(StreamId id, bool (*holds)(const AnyState&),
                                             Duration patience) {
    const Time begun = engine_.now();
    auto seen = co_await engine_.read(home_, id);
    for (;;) {
        if (!seen || (seen->state != nullptr && holds(*seen->state))) co_return seen;
        if (engine_.now() - begun > patience)
            co_return fail(ErrorCode::kUnavailable, "still-under-way",
                           "What it began has not ended yet; send it again.");
        seen = co_await engine_.wait(home_, id, seen->version, seconds(1));
    }
}

Task<bool> Submitter::pause(Duration delay) {
    const auto operation = [this, delay](auto resume) {
        home_.post_after(delay, [resume = std::move(resume)]() mutable { resume(true); });
    };
    co_return co_await callback<bool>(operation);
}

std::vector<Position> Submitter::positions() const {
    std::vector<Position> all;
    for (const auto& [partition, offset] : positions_) all.push_back({partition, offset});
    return all;
}

void Submitter::remember(const Receipt& receipt) {
    Offset& last = positions_.try_emplace(receipt.position.partition, -1).first->second;
    last = std::max(last, receipt.position.offset);
}

}  // namespace shop::import
