// What processes of one shop ask each other: every call of the engine that names a stream, on its
// way to the process that is in office over the stream's partition, and the answer.
//
//   {"of":{"kind":"submit","submission":{"command":{"type":"AddLine","data":{…}},"id":"cmd_…",…}},
//    "catalog":["catalog-0:17"]}
//   {"receipt":{"position":"commerce-3:4211","time":"…","changed":true}}      or {"error":{…}}, …
//
// JSON of described structs, as commands (../command_codec.hpp), events and states; who may read it
// is the transport's matter. While one program replaces another both ends may differ: see there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/effect.hpp"
#include "events/cluster/owner.hpp"
#include "events/command_codec.hpp"
#include "events/engine.hpp"
#include "events/record.hpp"
#include "events/slot_map.hpp"

namespace shop {

inline constexpr std::size_t kCallBytesMax = kCommandBytesMax + (512 << 10);
inline constexpr std::size_t kAnswerBytesMax = 16 << 20;
inline constexpr Duration kPeerWaitMax = minutes(1);

// ---- Calls --------------------------------------------------------------------------------------

// A submission but for `id_is_new`: what is sent may arrive twice, so its id is always looked for.
struct SentSubmission {
    AnyCommand command;
    CommandId id;
    std::optional<Error> refusal_if_new;
    std::string fingerprint;
    Actor actor;
    std::string correlation;
    std::string causation;
    std::string trace;
    Time not_before;
    bool operator==(const SentSubmission&) const = default;
};
SHOP_DESCRIBE(SentSubmission, command, id, refusal_if_new, fingerprint, actor, correlation,
              causation, trace, not_before)

SentSubmission to_send(Submission submission);
Submission to_submit(SentSubmission submission);

struct SubmitCall {
    static constexpr std::string_view kName = "submit";
    SentSubmission submission;
    bool operator==(const SubmitCall&) const = default;
};
SHOP_DESCRIBE(SubmitCall, submission)

struct TryCall {
    static constexpr std::string_view kName = "try_out";
    SentSubmission submission;
    bool operator==(const TryCall&) const = default;
};
SHOP_DESCRIBE(TryCall, submission)

// The command of an effect (core/effect.hpp: call_of), and then what its target says of it. The
// target's state stays where it is: a stock item's may have a hundred kilobytes.
struct EffectCall {
    static constexpr std::string_view kName = "effect";
    SentSubmission submission;
    bool operator==(const EffectCall&) const = default;
};
SHOP_DESCRIBE(EffectCall, submission)

// The stream as it is, or as it was behind that offset of its partition.
struct ReadCall {
    static constexpr std::string_view kName = "read";
    StreamId stream;
    std::optional<Offset> at;
    bool operator==(const ReadCall&) const = default;
};
SHOP_DESCRIBE(ReadCall, stream, at)

struct WaitCall {
    static constexpr std::string_view kName = "wait";
    StreamId stream;
    std::uint64_t version = 0;
    Duration timeout;
    bool operator==(const WaitCall&) const = default;
};
SHOP_DESCRIBE(WaitCall, stream, version, timeout)

// Whoever is in office with that term is about to stop, and asks for the partition to be taken over
// (hand_over.hpp). The answer is its owner, once that is a later one.
struct TakeCall {
    static constexpr std::string_view kName = "take";
    Partition partition;
    std::uint64_t term = 0;
    bool operator==(const TakeCall&) const = default;
};
SHOP_DESCRIBE(TakeCall, partition, term)

// Which keys of payment tokens the partition's open streams need (token_needs.hpp).
struct TokensCall {
    static constexpr std::string_view kName = "tokens";
    Partition partition;
    bool operator==(const TokensCall&) const = default;
};
SHOP_DESCRIBE(TokensCall, partition)

using CallOf =
    std::variant<ReadCall, SubmitCall, TryCall, EffectCall, WaitCall, TakeCall, TokensCall>;

struct PeerCall {
    CallOf of;
    // Of a command: what the asker has seen of the catalog. Nothing older may be decided on.
    std::vector<Position> catalog;
    bool operator==(const PeerCall&) const = default;
};
SHOP_DESCRIBE(PeerCall, of, catalog)

// Whose owner is to answer: that of the call's stream, or the one it names.
Partition partition_of(const PeerCall& call, const SlotMap& map);

// kInvalid "command-too-large", with `out` as it was.
Status append_call(std::string& out, const PeerCall& call);
// kInvalid "unreadable-call" if it cannot be read, lacks a command, an id, a stream or a term,
// waits for longer than kPeerWaitMax, reads at an offset below 0, asks for a partition that nobody
// decides, or has a refusal whose members are no JSON.
Result<PeerCall> read_call(std::string_view bytes);

// ---- Answers ------------------------------------------------------------------------------------

struct SentSnapshot {
    StreamId stream;
    Snapshot snapshot;
    bool operator==(const SentSnapshot& other) const;
    void write_json(json::Writer& writer) const;
    void read_json(const json::Value& value, json::Decoding& decoding);
};

using ProviderCallOf = std::variant<payment::AuthorizeCall, payment::CaptureCall,
                                    payment::RefundCall, payment::VoidCall, payment::QueryCall>;

struct SentEffect {
    EffectId id;
    StreamId owner;
    AnyCommand command;                      // of a call to a stream
    std::optional<ProviderCallOf> provider;  // … or to a provider
    Time since;
    Time not_before;
    bool operator==(const SentEffect&) const = default;
};
SHOP_DESCRIBE(SentEffect, id, owner, command, provider, since, not_before)

struct SentTrial {
    std::vector<RecordedEvent> events;  // without their versions
    std::vector<SentEffect> owed;
    Position position;
    bool operator==(const SentTrial&) const = default;
};
SHOP_DESCRIBE(SentTrial, events, owed, position)

// What targets of effects say. In wrappers, for some of these have a `kind` of their own.
struct StockSaid {
    static constexpr std::string_view kName = "stock";
    stock::Outcome outcome;
    bool operator==(const StockSaid&) const = default;
};
SHOP_DESCRIBE(StockSaid, outcome)

struct KeySaid {
    static constexpr std::string_view kName = "key";
    unique_key::Outcome outcome;
    bool operator==(const KeySaid&) const = default;
};
SHOP_DESCRIBE(KeySaid, outcome)

struct BlockSaid {
    static constexpr std::string_view kName = "block";
    series::Block outcome;
    bool operator==(const BlockSaid&) const = default;
};
SHOP_DESCRIBE(BlockSaid, outcome)

struct NumberSaid {
    static constexpr std::string_view kName = "number";
    series::Number outcome;
    bool operator==(const NumberSaid&) const = default;
};
SHOP_DESCRIBE(NumberSaid, outcome)

struct CreditSaid {
    static constexpr std::string_view kName = "credit";
    order::Credited outcome;
    bool operator==(const CreditSaid&) const = default;
};
SHOP_DESCRIBE(CreditSaid, outcome)

using Said = std::variant<StockSaid, KeySaid, BlockSaid, NumberSaid, CreditSaid>;

struct SentOutcome {
    std::optional<Said> said;  // nothing: the target does not say yet
    Time time;
    bool operator==(const SentOutcome&) const = default;
};
SHOP_DESCRIBE(SentOutcome, said, time)

struct SentTokens {
    std::vector<std::string> keys;  // their ids
    bool operator==(const SentTokens&) const = default;
};
SHOP_DESCRIBE(SentTokens, keys)

// One of them: a refusal, or what was asked for. Or `owner`: whoever was asked is not in office
// over the stream's partition, and this one is said to be; or the partition was taken over.
struct PeerAnswer {
    std::optional<Error> error;
    std::optional<Owner> owner;
    std::optional<Receipt> receipt;
    std::optional<SentSnapshot> snapshot;
    std::optional<SentTrial> trial;
    std::optional<SentOutcome> outcome;
    std::optional<SentTokens> tokens;
    bool operator==(const PeerAnswer&) const = default;
};
SHOP_DESCRIBE(PeerAnswer, error, owner, receipt, snapshot, trial, outcome, tokens)

PeerAnswer answer_of(const Result<Receipt>& receipt);
PeerAnswer answer_of(const StreamId& stream, const Result<Snapshot>& snapshot);
PeerAnswer answer_of(const Result<Trial>& trial);
PeerAnswer answer_of(const Result<Called>& called);
PeerAnswer answer_of(const Result<std::vector<std::string>>& tokens);

// What to tell whoever asked when another process says what this one cannot make sense of.
Error peer_differs(std::string_view why);

// What was answered; kUnavailable "peer-differs" if it is an answer to another question.
Result<Receipt> receipt_in(PeerAnswer answer);
Result<Snapshot> snapshot_in(PeerAnswer answer, const StreamId& stream);
Result<Trial> trial_in(PeerAnswer answer);
Result<Called> called_in(PeerAnswer answer);
Result<std::vector<std::string>> tokens_in(PeerAnswer answer);

// kUnavailable "answer-too-large", with `out` as it was.
Status append_answer(std::string& out, const PeerAnswer& answer);
// kUnavailable "peer-differs" if it cannot be read, is none or more than one of its parts, is a
// refusal whose members are no JSON, or names an owner without an address.
Result<PeerAnswer> read_answer(std::string_view bytes);

}  // namespace shop

namespace shop::json {

// "commerce-3:4211"; before a partition's first entry "commerce-3".
void encode(Writer& writer, const Position& position, Defaults);
void decode(const Value& value, Position& out, Decoding& decoding);

}  // namespace shop::json
