#include "events/cluster/cluster_engine.hpp"

#include <algorithm>

#include "events/token_needs.hpp"

namespace shop {

// A call under way; lives in the frame of its task.
struct ClusterEngine::Errand {
    Executor& home;
    PeerCall call;
    Partition partition;
    Duration until;  // steady clock
    Duration next_pause;
    int tries = 0;               // before this one
    std::uint64_t term = 0;      // of whoever was known at this try
    std::string bytes;           // of the call, once it was sent
    bool may_be_done = false;    // it was sent, and no answer came
    std::optional<Error> doubt;  // whoever is in office, or was, has to look into the log first
};

namespace {

bool is_elsewhere(const Error& error) {
    return error.type == "not-owner";
}

// For a moment, when an office changes hands, or while the brokers do not answer.
bool is_doubt(const Error& error) {
    return error.type == "in-doubt";
}

std::unexpected<Error> nobody_answers() {
    return fail(ErrorCode::kUnavailable, "not-owner",
                "The process of the shop that takes care of this does not answer; ask again with "
                "the same key.");
}

std::unexpected<Error> in_doubt() {
    return fail(ErrorCode::kUnavailable, "in-doubt",
                "Another process of the shop was asked and did not answer; ask again in a moment "
                "with the same key.");
}

SentSubmission* submission_in(CallOf& call) {
    return std::visit(
        []<class Call>(Call& held) -> SentSubmission* {
            if constexpr (requires { held.submission; })
                return &held.submission;
            else
                return nullptr;
        },
        call);
}

}  // namespace

// ---- One call -----------------------------------------------------------------------------------

// Whether it says "not now", of a command that may have been carried out before.
bool ClusterEngine::is_open_still(const Errand& errand, const PeerAnswer& answer) {
    return errand.may_be_done && answer.error && answer.error->code == ErrorCode::kUnavailable;
}

// `here(errand)` asks this process, `there(answer)` takes what another one said.
template <class T, class Here, class There>
Task<Result<T>> ClusterEngine::ask(Executor& home, CallOf of, Duration patience, Here here,
                                   There there) {
    Errand errand{.home = home,
                  .call = {.of = std::move(of), .catalog = {}},
                  .partition = {},
                  .until = parts_.clock.steady() + patience,
                  .next_pause = options_.pause_first,
                  .bytes = {},
                  .doubt = {}};
    errand.partition = partition_of(errand.call, parts_.local.slot_map());
    do {
        if (parts_.local.serves(errand.partition)) {
            Result<T> result = co_await here(errand);
            if (result) co_return std::move(result);
            if (is_doubt(result.error()))
                note_doubt(errand, std::move(result.error()));
            else if (!is_elsewhere(result.error()))
                co_return std::move(result);
        } else {
            Result<std::optional<PeerAnswer>> answer = co_await ask_owner(errand);
            if (!answer && errand.may_be_done) co_return in_doubt();
            if (!answer) co_return std::unexpected(std::move(answer.error()));
            if (*answer && !is_open_still(errand, **answer)) co_return there(std::move(**answer));
            if (*answer) co_return in_doubt();
        }
    } while (co_await pause(errand));
    if (errand.doubt) co_return std::unexpected(std::move(*errand.doubt));
    if (errand.may_be_done) co_return in_doubt();
    co_return nobody_answers();
}

// It is asked again, with the same id.
void ClusterEngine::note_doubt(Errand& errand, Error doubt) const {
    const std::optional<Owner> owner = parts_.directory.find(errand.partition);
    errand.term = owner ? owner->term : 0;
    errand.doubt = std::move(doubt);
    if (submission_in(errand.call.of) != nullptr) errand.may_be_done = true;
}

// What it said; nothing if it was not asked, did not answer, or is not in office.
Task<Result<std::optional<PeerAnswer>>> ClusterEngine::ask_owner(Errand& errand) {
    using Answer = std::optional<PeerAnswer>;
    const std::optional<Owner> owner = parts_.directory.find(errand.partition);
    errand.term = owner ? owner->term : 0;
    if (!owner || owner->address == parts_.address || is_stopping_) co_return Answer();
    if (const Status written = write_down(errand); !written)
        co_return std::unexpected(written.error());
    const bool is_wait = std::holds_alternative<WaitCall>(errand.call.of);
    const auto reply = co_await parts_.peers.send(errand.home, owner->address,
                                                  is_wait ? CallKind::kWait : CallKind::kCall,
                                                  errand.bytes, left(errand));
    if (!reply) {
        const bool is_command = submission_in(errand.call.of) != nullptr;
        if (is_command && reply.error() == SendFailure::kNoAnswer) errand.may_be_done = true;
        co_return Answer();
    }
    Result<PeerAnswer> answer = read_answer(*reply);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    if (answer->owner) parts_.directory.hear(*answer->owner);
    if (answer->owner || (answer->error && is_elsewhere(*answer->error))) co_return Answer();
    if (answer->error && is_doubt(*answer->error)) {
        note_doubt(errand, std::move(*answer->error));
        co_return Answer();
    }
    if (answer->error && answer->error->type == "unreadable-call")
        co_return std::unexpected(peer_differs(answer->error->message));
    co_return Answer(std::move(*answer));
}

// A wait asks for less each time, so that the answer comes while somebody still listens.
Status ClusterEngine::write_down(Errand& errand) const {
    if (auto* wait = std::get_if<WaitCall>(&errand.call.of)) {
        wait->timeout = std::clamp(left(errand) - options_.patience, Duration{}, wait->timeout);
        errand.bytes.clear();
    }
    if (!errand.bytes.empty()) return {};
    if (submission_in(errand.call.of) != nullptr) errand.call.catalog = parts_.catalog.passed();
    return append_call(errand.bytes, errand.call);
}

// False if no time is left. It ends early once somebody newer is in office, here or elsewhere.
Task<bool> ClusterEngine::pause(Errand& errand) {
    if (is_stopping_ || left(errand) <= Duration{}) co_return false;
    const Duration for_now = std::min(errand.next_pause, left(errand));
    co_await parts_.directory.wait_newer(errand.home, errand.partition, errand.term, for_now);
    errand.next_pause = {std::min(errand.next_pause.us * 2, options_.pause_max.us)};
    ++errand.tries;
    if (!options_.keeps_ids) change_id(errand);
    co_return !is_stopping_;
}

void ClusterEngine::change_id(Errand& errand) const {
    SentSubmission* submission = submission_in(errand.call.of);
    if (submission == nullptr) return;
    submission->id = CommandId::derive({submission->id.to_string(), "again"});
    errand.bytes.clear();
}

Duration ClusterEngine::left(const Errand& errand) const {
    return errand.until - parts_.clock.steady();
}

// ---- The port -----------------------------------------------------------------------------------

namespace {

// For this process. That its id is new holds for the first try alone: the second must look for the
// record of the first, which another process may have appended meanwhile.
Submission once_more(const SentSubmission& submission, bool id_is_new) {
    Submission again = to_submit(submission);
    again.id_is_new = id_is_new;
    return again;
}

}  // namespace

Task<Result<Receipt>> ClusterEngine::submit(Executor& home, Submission submission) {
    const auto here = [this, is_new = submission.id_is_new](const Errand& errand) {
        const SentSubmission& sent = std::get<SubmitCall>(errand.call.of).submission;
        return parts_.local.submit(errand.home, once_more(sent, is_new && errand.tries == 0));
    };
    return ask<Receipt>(home, SubmitCall{to_send(std::move(submission))}, options_.patience, here,
                        receipt_in);
}

Task<Result<Trial>> ClusterEngine::try_out(Executor& home, Submission submission) {
    const auto here = [this](const Errand& errand) {
        const SentSubmission& sent = std::get<TryCall>(errand.call.of).submission;
        return parts_.local.try_out(errand.home, to_submit(sent));
    };
    return ask<Trial>(home, TryCall{to_send(std::move(submission))}, options_.patience, here,
                      trial_in);
}

Task<Result<Called>> ClusterEngine::call(Executor& home, Submission submission, AnyCall call) {
    const auto here = [this, is_new = submission.id_is_new,
                       call = std::move(call)](const Errand& errand) {
        const SentSubmission& sent = std::get<EffectCall>(errand.call.of).submission;
        return parts_.local.call(errand.home, once_more(sent, is_new && errand.tries == 0), call);
    };
    return ask<Called>(home, EffectCall{to_send(std::move(submission))}, options_.patience, here,
                       called_in);
}

Task<Result<Snapshot>> ClusterEngine::read(Executor& home, StreamId id) {
    const auto here = [this, id](const Errand& errand) {
        return parts_.local.read(errand.home, id);
    };
    const auto there = [id](PeerAnswer answer) { return snapshot_in(std::move(answer), id); };
    return ask<Snapshot>(home, ReadCall{id, {}}, options_.patience, here, there);
}

Task<Result<Snapshot>> ClusterEngine::read_at(Executor& home, StreamId id, Position position) {
    if (position.partition != parts_.local.slot_map().partition_of(id) || position.offset < 0)
        return parts_.local.read_at(home, id, position);  // which says what is wrong with it
    const auto here = [this, id, position](const Errand& errand) {
        return parts_.local.read_at(errand.home, id, position);
    };
    const auto there = [id](PeerAnswer answer) { return snapshot_in(std::move(answer), id); };
    return ask<Snapshot>(home, ReadCall{id, position.offset}, options_.patience, here, there);
}

Task<Result<Snapshot>> ClusterEngine::wait(Executor& home, StreamId id, std::uint64_t version,
                                           Duration timeout) {
    const Duration until = parts_.clock.steady() + timeout;
    for (;;) {
        const Duration at_once =
            std::clamp(until - parts_.clock.steady(), Duration{}, options_.wait_max);
        const auto here = [this, id, version, at_once](const Errand& errand) {
            return parts_.local.wait(errand.home, id, version, at_once);
        };
        const auto there = [id](PeerAnswer answer) { return snapshot_in(std::move(answer), id); };
        Result<Snapshot> now = co_await ask<Snapshot>(home, WaitCall{id, version, at_once},
                                                      at_once + options_.patience, here, there);
        const bool is_over = is_stopping_ || parts_.clock.steady() >= until;
        if (!now || now->version > version || is_over) co_return std::move(now);
    }
}

Task<Result<std::vector<std::string>>> ClusterEngine::needed_tokens(Executor& home,
                                                                    Partition partition) {
    const auto here = [this, partition](const Errand& errand) {
        return shop::needed_tokens(parts_.local, errand.home, partition);
    };
    return ask<std::vector<std::string>>(home, TokensCall{partition}, options_.patience, here,
                                         tokens_in);
}

Status ClusterEngine::serving() const {
    for (const Partition& partition : parts_.local.slot_map().partitions().all()) {
        if (partition.topic == Topic::kClicks || parts_.local.serves(partition)) continue;
        const auto owner = parts_.directory.find(partition);
        if (!owner || owner->address == parts_.address)
            return fail(ErrorCode::kUnavailable, "not-owner",
                        "No process of the shop is known to serve " + partition.to_string() + ".");
    }
    return {};
}

}  // namespace shop
