#include "events/cluster/peer_call.hpp"

#include <utility>

#include "core/base/assert.hpp"
#include "events/sent_json.hpp"
#include "events/state_codec.hpp"

namespace shop {
namespace {

std::unexpected<Error> unreadable_call(const std::string& why) {
    return fail(ErrorCode::kInvalid, "unreadable-call",
                "The call of another process cannot be read: " + why + ".");
}

const SentSubmission* submission_in(const PeerCall& call) {
    return std::visit(
        []<class Call>(const Call& held) -> const SentSubmission* {
            if constexpr (requires { held.submission; })
                return &held.submission;
            else
                return nullptr;
        },
        call.of);
}

// The stream that a call is about.
template <class Call>
StreamId stream_of(const Call& call) {
    if constexpr (requires { call.submission; })
        return target_of(call.submission.command);
    else
        return call.stream;
}

// Whether it says whom it is for.
bool is_addressed(const PeerCall& call) {
    return std::visit(
        []<class Call>(const Call& held) {
            if constexpr (requires { held.partition; })
                return held.partition.topic != Topic::kClicks;
            else
                return !stream_of(held).is_empty();
        },
        call.of);
}

// They are put into problem documents as they are.
bool has_sound_members(const Error& error) {
    return json::Document().parse("{" + error.members + "}").has_value();
}

// What is wrong with it, or "".
std::string_view fault_of(const PeerCall& call) {
    const SentSubmission* submission = submission_in(call);
    if (submission != nullptr && submission->command.is_empty()) return "it has no command";
    if (submission != nullptr && submission->id.is_empty()) return "its command has no id";
    if (!is_addressed(call)) return "it names no stream, and no partition that is decided";
    const auto* take = std::get_if<TakeCall>(&call.of);
    if (take != nullptr && take->term == 0) return "it names no term";
    if (std::holds_alternative<EffectCall>(call.of) && !call_of(submission->command))
        return "no effect brings its command";
    if (submission != nullptr && submission->refusal_if_new &&
        !has_sound_members(*submission->refusal_if_new))
        return "its refusal has members that are no JSON";
    const auto* read = std::get_if<ReadCall>(&call.of);
    if (read != nullptr && read->at.value_or(0) < 0) return "it reads before the first record";
    const auto* wait = std::get_if<WaitCall>(&call.of);
    if (wait != nullptr && wait->timeout > kPeerWaitMax) return "it waits for more than a minute";
    return "";
}

}  // namespace

// ---- Calls --------------------------------------------------------------------------------------

Error peer_differs(std::string_view why) {
    return {ErrorCode::kUnavailable, "peer-differs",
            "Another process of the shop runs another version of the program (" + std::string(why) +
                "); try again in a moment, with the same idempotency key."};
}

SentSubmission to_send(Submission submission) {
    // Named one by one: a new member does not compile until it is thought of.
    auto& [command, id, id_is_new, refusal_if_new, fingerprint, actor, correlation, causation,
           trace, not_before] = submission;
    return {std::move(command),
            id,
            std::move(refusal_if_new),
            std::move(fingerprint),
            std::move(actor),
            std::move(correlation),
            std::move(causation),
            std::move(trace),
            not_before};
}

Submission to_submit(SentSubmission submission) {
    return {.command = std::move(submission.command),
            .id = submission.id,
            .id_is_new = false,
            .refusal_if_new = std::move(submission.refusal_if_new),
            .fingerprint = std::move(submission.fingerprint),
            .actor = std::move(submission.actor),
            .correlation = std::move(submission.correlation),
            .causation = std::move(submission.causation),
            .trace = std::move(submission.trace),
            .not_before = submission.not_before};
}

Partition partition_of(const PeerCall& call, const SlotMap& map) {
    return std::visit(
        [&]<class Call>(const Call& held) -> Partition {
            if constexpr (requires { held.partition; })
                return held.partition;
            else
                return map.partition_of(stream_of(held));
        },
        call.of);
}

Status append_call(std::string& out, const PeerCall& call) {
    if (append_within(kCallBytesMax, out, call)) return {};
    return command_too_large();
}

Result<PeerCall> read_call(std::string_view bytes) {
    auto call = read_within<PeerCall>(kCallBytesMax, bytes);
    if (!call) return unreadable_call(call.error());
    if (const std::string_view fault = fault_of(*call); !fault.empty())
        return unreadable_call(std::string(fault));
    return std::move(*call);
}

// ---- Snapshots ----------------------------------------------------------------------------------

bool SentSnapshot::operator==(const SentSnapshot& other) const {
    const auto& [state, version, position] = snapshot;
    const auto& [state_there, version_there, position_there] = other.snapshot;
    if (!state != !state_there || (state && *state != *state_there)) return false;
    return stream == other.stream && version == version_there && position == position_there;
}

void SentSnapshot::write_json(json::Writer& w) const {
    w.begin_object();
    w.key("stream");
    json::encode(w, stream, json::Defaults::kOmit);
    w.key("version");
    json::encode(w, snapshot.version, json::Defaults::kOmit);
    w.key("position");
    json::encode(w, snapshot.position, json::Defaults::kOmit);
    if (snapshot.state) {
        std::string state;
        append_state(state, *snapshot.state);
        w.key("state");
        w.raw(state);
    }
    w.end_object();
}

void SentSnapshot::read_json(const json::Value& value, json::Decoding& decoding) {
    if (!value.is_object()) return decoding.wrong_type("an object", value);
    std::optional<json::Value> state;
    value.for_each_member([&](std::string_view name, const json::Value& member) {
        const json::Decoding::Step step(decoding, name);
        if (name == "stream")
            json::decode(member, stream, decoding);
        else if (name == "version")
            json::decode(member, snapshot.version, decoding);
        else if (name == "position")
            json::decode(member, snapshot.position, decoding);
        else if (name == "state")
            state = member;
        else
            decoding.wrong("is not a member of a snapshot");
    });
    if (!state) return;
    const json::Decoding::Step step(decoding, "state");
    auto known = read_state(stream.kind, *state);
    if (!known) return decoding.wrong("is no state of such a stream");
    snapshot.state = std::make_shared<const AnyState>(std::move(*known));
}

// ---- Trials and outcomes ------------------------------------------------------------------------

namespace {

SentEffect sent_effect(const Effect& effect) {
    SentEffect out{.id = effect.id,
                   .owner = effect.owner,
                   .command = command_of(effect.call).value_or(AnyCommand()),
                   .provider = {},
                   .since = effect.since,
                   .not_before = effect.not_before};
    std::visit(
        [&]<class Call>(const Call& call) {
            if constexpr (std::is_constructible_v<ProviderCallOf, const Call&>)
                out.provider = ProviderCallOf(call);
        },
        effect.call);
    return out;
}

std::optional<Effect> effect_in(SentEffect&& sent) {
    std::optional<AnyCall> call;
    if (sent.provider && !sent.command.is_empty()) return std::nullopt;
    if (sent.provider)
        call = std::visit([](auto& each) { return AnyCall(std::move(each)); }, *sent.provider);
    else if (!sent.command.is_empty())
        call = call_of(sent.command);
    if (!call) return std::nullopt;
    return Effect{.id = sent.id,
                  .owner = sent.owner,
                  .call = std::move(*call),
                  .since = sent.since,
                  .not_before = sent.not_before};
}

SentTrial sent_trial(const Trial& trial) {
    SentTrial out;
    for (const NewEvent& event : trial.events)
        out.events.push_back({event.stream, 0, event.effective_at, event.data});
    for (const Effect& effect : trial.owed) out.owed.push_back(sent_effect(effect));
    out.position = trial.position;
    return out;
}

Said said_of(const Outcome& outcome) {
    return std::visit(
        []<class Of>(const Of& of) -> Said {
            if constexpr (std::is_same_v<Of, stock::Outcome>)
                return StockSaid{of};
            else if constexpr (std::is_same_v<Of, unique_key::Outcome>)
                return KeySaid{of};
            else if constexpr (std::is_same_v<Of, series::Block>)
                return BlockSaid{of};
            else if constexpr (std::is_same_v<Of, series::Number>)
                return NumberSaid{of};
            else if constexpr (std::is_same_v<Of, order::Credited>)
                return CreditSaid{of};
            else
                assertion_failed("a provider is asked by who owes the call");
        },
        outcome);
}

template <class T, class Of>
PeerAnswer answer_with(const Result<T>& result, const Of& of) {
    PeerAnswer answer;
    if (!result)
        answer.error = result.error();
    else
        of(answer, *result);
    return answer;
}

// The member of an answer that is expected, or why there is none.
template <class T>
Result<T> member_of(PeerAnswer& answer, std::optional<T> PeerAnswer::* member) {
    if (answer.error) return std::unexpected(std::move(*answer.error));
    if (!(answer.*member)) return std::unexpected(peer_differs("it answers another question"));
    return std::move(*(answer.*member));
}

// What is wrong with it, or "".
std::string_view fault_of(const PeerAnswer& answer) {
    int parts = 0;
    for_each_member(answer, [&](std::string_view, const auto& part) { parts += part ? 1 : 0; });
    if (parts != 1) return "it is not one answer";
    if (answer.error && !has_sound_members(*answer.error))
        return "its refusal has members that are no JSON";
    if (answer.owner && answer.owner->address.empty()) return "its owner has no address";
    return "";
}

}  // namespace

PeerAnswer answer_of(const Result<Receipt>& receipt) {
    return answer_with(receipt, [](PeerAnswer& a, const Receipt& of) { a.receipt = of; });
}

PeerAnswer answer_of(const StreamId& stream, const Result<Snapshot>& snapshot) {
    return answer_with(snapshot, [&](PeerAnswer& a, const Snapshot& of) {
        a.snapshot = SentSnapshot{stream, of};
    });
}

PeerAnswer answer_of(const Result<Trial>& trial) {
    return answer_with(trial, [](PeerAnswer& a, const Trial& of) { a.trial = sent_trial(of); });
}

PeerAnswer answer_of(const Result<Called>& called) {
    return answer_with(called, [](PeerAnswer& a, const Called& of) {
        a.outcome = SentOutcome{.said = {}, .time = of.time};
        if (of.outcome) a.outcome->said = said_of(*of.outcome);
    });
}

PeerAnswer answer_of(const Result<std::vector<std::string>>& tokens) {
    return answer_with(tokens, [](PeerAnswer& a, const std::vector<std::string>& of) {
        a.tokens = SentTokens{of};
    });
}

Result<Receipt> receipt_in(PeerAnswer answer) {
    return member_of(answer, &PeerAnswer::receipt);
}

Result<Snapshot> snapshot_in(PeerAnswer answer, const StreamId& stream) {
    SHOP_TRY(sent, member_of(answer, &PeerAnswer::snapshot));
    if (sent.stream != stream) return std::unexpected(peer_differs("it tells of another stream"));
    if ((sent.snapshot.state == nullptr) != (sent.snapshot.version == 0))
        return std::unexpected(peer_differs("its state and its version do not go together"));
    return std::move(sent.snapshot);
}

Result<Trial> trial_in(PeerAnswer answer) {
    SHOP_TRY(sent, member_of(answer, &PeerAnswer::trial));
    Trial trial;
    for (RecordedEvent& event : sent.events)
        trial.events.push_back({event.stream, std::move(event.data), event.effective_at});
    for (SentEffect& owed : sent.owed) {
        auto effect = effect_in(std::move(owed));
        if (!effect)
            return std::unexpected(peer_differs("it tells of an effect that is not one call"));
        trial.owed.push_back(std::move(*effect));
    }
    trial.position = sent.position;
    return trial;
}

Result<Called> called_in(PeerAnswer answer) {
    SHOP_TRY(sent, member_of(answer, &PeerAnswer::outcome));
    Called called{.outcome = {}, .time = sent.time};
    if (sent.said)
        std::visit([&](auto& each) { called.outcome = std::move(each.outcome); }, *sent.said);
    return called;
}

Result<std::vector<std::string>> tokens_in(PeerAnswer answer) {
    SHOP_TRY(sent, member_of(answer, &PeerAnswer::tokens));
    return std::move(sent.keys);
}

Status append_answer(std::string& out, const PeerAnswer& answer) {
    if (append_within(kAnswerBytesMax, out, answer)) return {};
    return fail(ErrorCode::kUnavailable, "answer-too-large",
                "The answer is too large to be passed on to another process of the shop.");
}

Result<PeerAnswer> read_answer(std::string_view bytes) {
    auto answer = read_within<PeerAnswer>(kAnswerBytesMax, bytes);
    if (!answer) return std::unexpected(peer_differs(answer.error()));
    if (const std::string_view fault = fault_of(*answer); !fault.empty())
        return std::unexpected(peer_differs(std::string(fault)));
    return std::move(*answer);
}

}  // namespace shop

namespace shop::json {

void encode(Writer& writer, const Position& position, Defaults) {
    const bool is_before_all = position.offset < 0;
    writer.string(is_before_all ? position.partition.to_string() : position.to_string());
}

void decode(const Value& value, Position& out, Decoding& decoding) {
    if (value.type() != Type::kString) return decoding.wrong_type("a string", value);
    if (const auto position = Position::parse(value.string()))
        out = *position;
    else if (const auto partition = Partition::parse(value.string()))
        out = {*partition, -1};
    else
        decoding.wrong("is no position of the form commerce-3:4211");
}

}  // namespace shop::json
