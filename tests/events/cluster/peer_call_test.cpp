// Calls between the processes of a shop, and their answers: each arrives as it was sent.
#include "events/cluster/peer_call.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "events/state_codec.hpp"
#include "events/stored_types.hpp"
#include "tests/support/garble.hpp"
#include "tests/support/sample.hpp"
#include "tests/support/samples.hpp"

namespace shop {
namespace {

using Commands = NamedTypes<AnyCommand>;
using Events = NamedTypes<AnyEvent>;

const StreamId kStream = CartId::derive({"a cart"});
constexpr Position kPosition{{Topic::kCommerce, 3}, 4'211};
constexpr Position kBeforeAll{{Topic::kCatalog, 0}, -1};

SentSubmission sample_submission(AnyCommand command) {
    tests::Sampler sampler;
    SentSubmission submission;
    submission.command = std::move(command);
    sampler.fill(submission.id);
    sampler.fill(submission.refusal_if_new);
    submission.refusal_if_new->members = R"("left":3)";
    sampler.fill(submission.fingerprint);
    sampler.fill(submission.actor);
    sampler.fill(submission.correlation);
    sampler.fill(submission.causation);
    sampler.fill(submission.trace);
    sampler.fill(submission.not_before);
    CHECK(tests::find_default_member(submission) == "");
    return submission;
}

SentSubmission sample_submission() {
    return sample_submission(tests::sample<stock::Reserve>());
}

std::string bytes_of(const PeerCall& call) {
    std::string bytes;
    REQUIRE(append_call(bytes, call));
    return bytes;
}

std::string bytes_of(const PeerAnswer& answer) {
    std::string bytes;
    REQUIRE(append_answer(bytes, answer));
    return bytes;
}

void check_arrives(const PeerCall& call) {
    INFO(bytes_of(call));
    const auto arrived = read_call(bytes_of(call));
    INFO((arrived ? "" : arrived.error().message));
    REQUIRE(arrived);
    CHECK(*arrived == call);
    CHECK(bytes_of(*arrived) == bytes_of(call));
}

PeerAnswer arrived(const PeerAnswer& answer) {
    INFO(bytes_of(answer));
    auto read = read_answer(bytes_of(answer));
    INFO((read ? "" : read.error().message));
    REQUIRE(read);
    CHECK(*read == answer);
    return std::move(*read);
}

std::vector<PeerCall> sample_calls() {
    return {{.of = ReadCall{kStream, {}}, .catalog = {}},
            {.of = ReadCall{kStream, 17}, .catalog = {kPosition, kBeforeAll}},
            {.of = WaitCall{kStream, 4, seconds(20)}, .catalog = {}},
            {.of = SubmitCall{sample_submission()}, .catalog = {kPosition}},
            {.of = TryCall{sample_submission()}, .catalog = {kPosition}},
            {.of = EffectCall{sample_submission()}, .catalog = {kPosition}},
            {.of = TakeCall{{Topic::kCommerce, 3}, 17}, .catalog = {}},
            {.of = TokensCall{{Topic::kCommerce, 3}}, .catalog = {}}};
}

// ---- Calls --------------------------------------------------------------------------------------

TEST_CASE("every call arrives, and says which partition it is for", "[peer]") {
    const SlotMap map({});
    for (const PeerCall& call : sample_calls()) {
        check_arrives(call);
        const bool is_named = std::holds_alternative<TakeCall>(call.of) ||
                              std::holds_alternative<TokensCall>(call.of);
        const bool is_read = std::holds_alternative<ReadCall>(call.of);
        if (is_named) CHECK(partition_of(call, map) == Partition{Topic::kCommerce, 3});
        if (is_read) CHECK(partition_of(call, map) == map.partition_of(kStream));
    }
    for (const auto& type : Commands::types())
        check_arrives({.of = SubmitCall{sample_submission(tests::sample_of(type))}, .catalog = {}});
}

TEST_CASE("a submission arrives whole, but its id may have been sent before", "[peer]") {
    const SentSubmission sample = sample_submission();
    Submission submission = to_submit(sample);
    CHECK_FALSE(submission.id_is_new);
    submission.id_is_new = true;
    CHECK(to_send(submission) == sample);
    CHECK_FALSE(to_submit(to_send(submission)).id_is_new);
}

TEST_CASE("the commands that effects bring are told from all others", "[peer]") {
    int calls = 0;
    for (const auto& type : Commands::types()) {
        const auto command = tests::sample_of(type);
        const auto call = call_of(command);
        if (call) CHECK(command_of(*call) == command);
        calls += call ? 1 : 0;
    }
    CHECK(calls == 10);
}

std::string refusal_of(std::string_view bytes) {
    const auto call = read_call(bytes);
    if (call) return "";
    CHECK(call.error().type == "unreadable-call");
    return call.error().message;
}

TEST_CASE("a call that lacks what it is about is refused", "[peer]") {
    const auto check = [](const CallOf& of, const std::string& said) {
        CHECK_THAT(refusal_of(bytes_of(PeerCall{of, {}})), Catch::Contains(said));
    };
    check(ReadCall{}, "names no stream");
    check(WaitCall{}, "names no stream");
    CHECK_THAT(refusal_of(R"({"of":{"kind":"submit","submission":{}}})"),
               Catch::Contains("has no command"));
    SentSubmission submission = sample_submission();
    submission.id = {};
    check(SubmitCall{submission}, "has no id");
    check(EffectCall{sample_submission(tests::sample<cart::AddLine>())}, "no effect brings");
    CHECK_THAT(refusal_of(R"({"of":{"kind":"eat"}})"), Catch::Contains("unknown \"kind\""));
    CHECK_THAT(refusal_of("{}"), Catch::Contains("names no stream"));
    CHECK_THAT(refusal_of(std::string(kCallBytesMax + 1, ' ')), Catch::Contains("has more than"));
}

TEST_CASE("a call that waits for too long or reads before the first record is refused", "[peer]") {
    const auto refusal = [](const CallOf& of) { return refusal_of(bytes_of(PeerCall{of, {}})); };
    CHECK(refusal(WaitCall{kStream, 4, minutes(1)}) == "");
    CHECK_THAT(refusal(WaitCall{kStream, 4, {minutes(1).us + 1}}), Catch::Contains("a minute"));
    CHECK(refusal(ReadCall{kStream, 0}) == "");
    CHECK_THAT(refusal(ReadCall{kStream, -1}), Catch::Contains("before the first record"));
}

TEST_CASE("a partition is taken over from somebody, and only if it is decided", "[peer]") {
    const auto refusal = [](const CallOf& of) { return refusal_of(bytes_of(PeerCall{of, {}})); };
    CHECK(refusal(TakeCall{{Topic::kCommerce, 0}, 1}) == "");
    CHECK_THAT(refusal(TakeCall{{Topic::kCommerce, 0}, 0}), Catch::Contains("no term"));
    CHECK_THAT(refusal(TakeCall{{Topic::kClicks, 0}, 1}), Catch::Contains("no partition that"));
    CHECK_THAT(refusal(TokensCall{{Topic::kClicks, 0}}), Catch::Contains("no partition that"));
}

// Whether a refusal with these further members of its problem document is taken in a call and in
// an answer.
std::pair<bool, bool> are_members_taken(const std::string& members) {
    const Error error{ErrorCode::kConflict, "no", "No.", {}, members};
    SentSubmission submission = sample_submission();
    submission.refusal_if_new = error;
    const auto answer = answer_of(Result<Receipt>(std::unexpected(error)));
    return {read_call(bytes_of(PeerCall{SubmitCall{submission}, {}})).has_value(),
            read_answer(bytes_of(answer)).has_value()};
}

TEST_CASE("a refusal brings members of a JSON object or is refused itself", "[peer]") {
    for (const std::string members : {"", R"("left":3)", R"("a":[{}],"b":null)"})
        CHECK(are_members_taken(members) == std::pair(true, true));
    for (const std::string members : {"left", R"("left":)", R"("a":1},{"b":2)", R"("a":1,)", "}"})
        CHECK(are_members_taken(members) == std::pair(false, false));
}

TEST_CASE("a call that was cut or garbled is none, or another one", "[peer]") {
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (const PeerCall& call : sample_calls()) {
        const std::string good = bytes_of(call);
        for (std::size_t size = 0; size < good.size(); ++size)
            REQUIRE_FALSE(read_call(std::string_view(good).substr(0, size)));
        for (int i = 0; i < 300; ++i) {
            const std::string bytes = tests::garbled(random, good);
            INFO(bytes);
            if (const auto read = read_call(bytes)) check_arrives(*read);
        }
    }
}

// ---- Answers ------------------------------------------------------------------------------------

TEST_CASE("every refusal arrives with its code and all it says", "[peer]") {
    auto error = tests::sample<Error>();
    error.members = R"("left":3)";
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<ErrorCode>>([&](auto code) {
        error.code = code.value;
        const auto answer = arrived(answer_of(Result<Receipt>(std::unexpected(error))));
        CHECK(receipt_in(answer).error() == error);
        CHECK(snapshot_in(answer, kStream).error() == error);
        CHECK(trial_in(answer).error() == error);
        CHECK(called_in(answer).error() == error);
        CHECK(tokens_in(answer).error() == error);
    });
}

TEST_CASE("a receipt arrives, also of a command that changed nothing", "[peer]") {
    for (const Receipt& receipt :
         {Receipt{.position = kPosition, .time = {1'000'000}, .replayed = true, .changed = true},
          Receipt{.position = kBeforeAll, .time = {1'000'000}}})
        CHECK(receipt_in(arrived(answer_of(Result<Receipt>(receipt)))) == receipt);
}

TEST_CASE("the state of every kind of stream arrives", "[peer]") {
    int kinds = 0;
    for (std::size_t i = 0; i < kStreamPrefixes.size(); ++i) {
        const StreamId stream(static_cast<StreamKind>(i), kStream.body);
        auto state = read_state(stream.kind, "{}");
        if (!state) continue;  // no stream of that kind yet
        ++kinds;
        std::visit(
            []<class State>(State& held) {
                if constexpr (!std::is_same_v<State, std::monostate>) held = tests::sample<State>();
            },
            *state);
        const Snapshot sent{std::make_shared<const AnyState>(*state), 7, kPosition};
        const auto got = snapshot_in(arrived(answer_of(stream, Result<Snapshot>(sent))), stream);
        REQUIRE(got);
        CHECK(*got->state == *state);
        CHECK(got->version == 7);
        CHECK(got->position == kPosition);
    }
    CHECK(kinds == std::variant_size_v<AnyState> - 1);
}

TEST_CASE("a stream without events arrives as such", "[peer]") {
    const Snapshot none{.state = nullptr, .version = 0, .position = kBeforeAll};
    const auto got = snapshot_in(arrived(answer_of(kStream, Result<Snapshot>(none))), kStream);
    REQUIRE(got);
    CHECK(got->state == nullptr);
    CHECK(got->position == kBeforeAll);
}

std::vector<AnyCall> sample_effect_calls() {
    std::vector<AnyCall> calls;
    [&]<class... Calls>(std::type_identity<std::variant<Calls...>>) {
        (calls.push_back(tests::sample<Calls>()), ...);
    }(std::type_identity<AnyCall>{});
    return calls;
}

TEST_CASE("what a command would do arrives, with every event and every effect", "[peer]") {
    Trial trial{.events = {}, .owed = {}, .position = kPosition};
    for (const auto& type : Events::types())
        trial.events.push_back({kStream, tests::sample_of(type), Time{1'000'000}});
    trial.events.push_back({kStream, cart::Expired{}, {}});
    for (AnyCall& call : sample_effect_calls())
        trial.owed.push_back({.id = EffectId::derive({"effect"}),
                              .owner = kStream,
                              .call = std::move(call),
                              .since = {1'000'000},
                              .not_before = {2'000'000}});
    const auto got = trial_in(arrived(answer_of(Result<Trial>(trial))));
    REQUIRE(got);
    CHECK(got->events == trial.events);
    CHECK(got->position == kPosition);
    REQUIRE(got->owed.size() == trial.owed.size());
    for (std::size_t i = 0; i < trial.owed.size(); ++i) {
        CHECK(got->owed[i].id == trial.owed[i].id);
        CHECK(got->owed[i].owner == trial.owed[i].owner);
        CHECK(got->owed[i].call == trial.owed[i].call);
        CHECK(got->owed[i].since == trial.owed[i].since);
        CHECK(got->owed[i].not_before == trial.owed[i].not_before);
    }
}

TEST_CASE("whatever the target of an effect says arrives, and that it says nothing yet", "[peer]") {
    const auto check = [](const std::optional<Outcome>& outcome) {
        const auto got = called_in(arrived(answer_of(Result<Called>(Called{outcome, {7}}))));
        REQUIRE(got);
        CHECK(got->outcome == outcome);
        CHECK(got->time == Time{7});
    };
    check(std::nullopt);
    check(tests::sample<stock::Outcome>());
    check(stock::Outcome{});
    check(tests::sample<unique_key::Outcome>());
    check(tests::sample<series::Block>());
    check(tests::sample<series::Number>());
    check(tests::sample<order::Credited>());
}

TEST_CASE("an answer to another question is not taken for one", "[peer]") {
    const auto receipt = answer_of(Result<Receipt>(Receipt{.position = kPosition, .time = {1}}));
    CHECK(snapshot_in(receipt, kStream).error().type == "peer-differs");
    CHECK(trial_in(receipt).error().type == "peer-differs");
    CHECK(called_in(receipt).error().type == "peer-differs");
    CHECK(receipt_in({}).error().type == "peer-differs");
    const Snapshot none{.state = nullptr, .version = 0, .position = kPosition};
    const auto snapshot = answer_of(kStream, Result<Snapshot>(none));
    CHECK(snapshot_in(snapshot, OrderId::derive({"x"})).error().type == "peer-differs");
    CHECK(read_answer(R"({"more":1})").error().type == "peer-differs");
    CHECK(read_answer(R"({"snapshot":{"stream":"crt_1","colour":1}})").error().type ==
          "peer-differs");
    CHECK(read_answer(std::string(kAnswerBytesMax + 1, ' ')).error().code ==
          ErrorCode::kUnavailable);
}

template <class T>
bool differs(const Result<T>& answer) {
    return !answer && answer.error().type == "peer-differs";
}

TEST_CASE("an answer is one thing, and what is in it goes together", "[peer]") {
    const auto receipt = answer_of(Result<Receipt>(Receipt{.position = kPosition, .time = {1}}));
    CHECK(differs(read_answer("{}")));
    PeerAnswer two = receipt;
    two.outcome.emplace();
    CHECK(differs(read_answer(bytes_of(two))));
    two.outcome.reset();
    two.error = Error{ErrorCode::kConflict, "no", "No."};
    CHECK(differs(read_answer(bytes_of(two))));

    const auto state = std::make_shared<const AnyState>(cart::State{});
    for (const Snapshot& half : {Snapshot{state, 0, kPosition}, Snapshot{nullptr, 3, kPosition}}) {
        const auto answer = arrived(answer_of(kStream, Result<Snapshot>(half)));
        CHECK(differs(snapshot_in(answer, kStream)));
    }
    PeerAnswer effects;
    effects.trial = SentTrial{{}, {{.id = EffectId::derive({"effect"})}}, kPosition};
    CHECK(differs(trial_in(effects)));
    effects.trial->owed.front().command = tests::sample<stock::Reserve>();
    CHECK(trial_in(effects));
    effects.trial->owed.front().provider = tests::sample<payment::VoidCall>();
    CHECK(differs(trial_in(effects)));
}

TEST_CASE("an answer that says who is in office names the process by its address", "[peer]") {
    PeerAnswer moved;
    moved.owner = Owner{{Topic::kCommerce, 3}, 17, "10.0.0.2:9090"};
    CHECK(bytes_of(moved) ==
          R"({"owner":{"partition":"commerce-3","term":17,"address":"10.0.0.2:9090"}})");
    CHECK(arrived(moved) == moved);
    CHECK(differs(receipt_in(moved)));
    CHECK(differs(read_answer(R"({"owner":{"partition":"commerce-3","term":17}})")));
    CHECK(differs(read_answer(R"({"owner":{"partition":"commerce","address":"a"}})")));
}

}  // namespace
}  // namespace shop
