#include "events/cluster/peer_host.hpp"

#include <algorithm>
#include <utility>

#include "events/timed_wait.hpp"
#include "events/token_needs.hpp"

namespace shop {
namespace {

constexpr Duration kCatalogLag = seconds(1);
constexpr Duration kTakeMax = seconds(5);  // beyond the patience of who asks

PeerAnswer refusal(Error error) {
    PeerAnswer answer;
    answer.error = std::move(error);
    return answer;
}

PeerAnswer in_doubt() {
    return refusal({ErrorCode::kUnavailable, "in-doubt",
                    "It was begun, and has not ended yet; ask again in a moment with the same "
                    "key."});
}

PeerAnswer takes_none() {
    return refusal({ErrorCode::kUnavailable, "takes-none",
                    "This process takes no partition over now; ask another one."});
}

PeerAnswer no_such_partition() {
    return refusal({ErrorCode::kInvalid, "no-partition", "This log has no such partition."});
}

PeerAnswer log_lags() {
    return refusal({ErrorCode::kUnavailable, "log-lags",
                    "A process of the shop has not read the latest changes of the catalog; ask "
                    "again in a moment with the same key."});
}

}  // namespace

Task<std::string> PeerHost::answer(Executor& home, std::string call, Duration patience) {
    Result<PeerCall> known = read_call(call);
    PeerAnswer answer = known ? co_await in_time(home, patience, carry_out(home, std::move(*known)))
                              : refusal(std::move(known.error()));
    std::string bytes;
    if (const Status written = append_answer(bytes, answer); !written)
        SHOP_ASSERT(append_answer(bytes, refusal(written.error())));
    co_return bytes;
}

Task<PeerAnswer> PeerHost::carry_out(Executor& home, PeerCall call) {
    const Partition partition = partition_of(call, parts_.map);
    for (const Position& position : call.catalog)
        if (!co_await parts_.catalog.wait_passed(home, position, kCatalogLag)) co_return log_lags();
    Task<PeerAnswer> task =
        std::visit([&](auto& of) { return carry_out(home, std::move(of)); }, call.of);
    co_return pointing_on(partition, co_await std::move(task));
}

// Whoever waits is answered in time; the task goes on, and what it comes to is dropped.
Task<PeerAnswer> PeerHost::in_time(Executor& home, Duration patience, Task<PeerAnswer> task) {
    ++under_way_;
    const auto operation = [&](auto resume) {
        auto wait = TimedWait<PeerAnswer>::begin(home, patience, in_doubt(), std::move(resume));
        start(std::move(task), [this, wait](PeerAnswer answer) {
            --under_way_;
            wait->end(std::move(answer));
        });
    };
    co_return co_await callback<PeerAnswer>(operation);
}

PeerAnswer PeerHost::pointing_on(Partition partition, PeerAnswer answer) const {
    if (!answer.error || answer.error->type != "not-owner") return answer;
    const auto owner = parts_.directory.find(partition);
    if (!owner || owner->address == parts_.address) return answer;
    PeerAnswer pointing;
    pointing.owner = *owner;
    return pointing;
}

// ---- Each kind ----------------------------------------------------------------------------------

Task<PeerAnswer> PeerHost::carry_out(Executor& home, SubmitCall call) {
    co_return answer_of(co_await parts_.own.submit(home, to_submit(std::move(call.submission))));
}

Task<PeerAnswer> PeerHost::carry_out(Executor& home, TryCall call) {
    co_return answer_of(co_await parts_.own.try_out(home, to_submit(std::move(call.submission))));
}

Task<PeerAnswer> PeerHost::carry_out(Executor& home, EffectCall call) {
    AnyCall of = call_of(call.submission.command).value();  // read_call has seen to it
    co_return answer_of(
        co_await parts_.own.call(home, to_submit(std::move(call.submission)), std::move(of)));
}

Task<PeerAnswer> PeerHost::carry_out(Executor& home, ReadCall call) {
    const Position at{parts_.map.partition_of(call.stream), call.at.value_or(-1)};
    co_return answer_of(call.stream, call.at ? co_await parts_.own.read_at(home, call.stream, at)
                                             : co_await parts_.own.read(home, call.stream));
}

Task<PeerAnswer> PeerHost::carry_out(Executor& home, WaitCall call) {
    co_return answer_of(call.stream,
                        co_await parts_.own.wait(home, call.stream, call.version, call.timeout));
}

Task<PeerAnswer> PeerHost::carry_out(Executor& home, TokensCall call) {
    if (!has(call.partition)) co_return no_such_partition();
    co_return answer_of(co_await needed_tokens(parts_.own, home, call.partition));
}

bool PeerHost::has(Partition partition) const {
    const std::vector<Partition> all = parts_.map.partitions().all();
    return std::ranges::find(all, partition) != all.end();
}

std::optional<Owner> PeerHost::owner_after(const TakeCall& call) const {
    std::optional<Owner> owner = parts_.directory.find(call.partition);
    if (owner && owner->term <= call.term) owner.reset();
    return owner;
}

// Whoever asks may be late: what somebody took over since is not taken from that one.
Task<PeerAnswer> PeerHost::carry_out(Executor& home, TakeCall call) {
    if (!has(call.partition)) co_return takes_none();
    if (!owner_after(call)) {
        if (!parts_.take(call.partition)) co_return takes_none();
        co_await parts_.directory.wait_newer(home, call.partition, call.term, kTakeMax);
    }
    const auto owner = owner_after(call);
    if (!owner) co_return in_doubt();
    PeerAnswer answer;
    answer.owner = *owner;
    co_return answer;
}

}  // namespace shop
