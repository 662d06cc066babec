// What goes from process to process is closed to everybody else.
#include "api/peers/peer_seal.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace shop::api {
namespace {

const LogId kLog = LogId::derive({"a log"});
constexpr Time kNow{1'795'000'000'000'000};
const PeerHead kHead{"10.0.0.1:9090", "10.0.0.2:9090", kNow, seconds(5)};

struct Peers {
    PeerSeal ours{"the shop's secret", kLog};
    PeerSeal theirs{"the shop's secret", kLog};
};

TEST_CASE("a call and its answer arrive as they were sent", "[peer]") {
    const Peers peers;
    for (const std::string& call :
         {std::string(), std::string("call"), std::string(1 << 20, 'x')}) {
        const std::string sealed = peers.ours.seal_call(kHead, call);
        CHECK(sealed.size() == call.size() + PeerSeal::kOverhead);
        CHECK(peers.theirs.open_call(kHead, sealed, kNow) == call);
        const auto name = PeerSeal::name_of(sealed);
        CHECK(peers.ours.open_answer(name, peers.theirs.seal_answer(name, "answer")) == "answer");
    }
}

TEST_CASE("what is sealed tells nothing of what is in it", "[peer]") {
    const Peers peers;
    const std::string sealed = peers.ours.seal_call(kHead, "anna@example.com");
    CHECK(sealed.find("anna") == std::string::npos);
    CHECK(sealed != peers.ours.seal_call(kHead, "anna@example.com"));
}

TEST_CASE("a call that was changed on its way is refused, whatever was changed", "[peer]") {
    const Peers peers;
    const std::string sealed = peers.ours.seal_call(kHead, "a call");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK(peers.theirs.open_call(kHead, changed, kNow).error().type == "bad-peer");
        CHECK_FALSE(peers.theirs.open_call(kHead, sealed.substr(0, i), kNow));
    }
    CHECK_FALSE(peers.theirs.open_call(kHead, sealed + "x", kNow));
}

TEST_CASE("a call is for the process it was sent to, from whom, when and as long as it says",
          "[peer]") {
    const Peers peers;
    const std::string sealed = peers.ours.seal_call(kHead, "a call");
    const auto opens = [&](PeerHead head) {
        return peers.theirs.open_call(head, sealed, kNow).has_value();
    };
    CHECK(opens(kHead));
    CHECK_FALSE(opens({"10.0.0.3:9090", kHead.sender, kNow, kHead.patience}));
    CHECK_FALSE(opens({kHead.receiver, "10.0.0.3:9090", kNow, kHead.patience}));
    CHECK_FALSE(opens({kHead.receiver, kHead.sender, kNow + Duration{1}, kHead.patience}));
    CHECK_FALSE(opens({kHead.receiver, kHead.sender, kNow, seconds(500)}));
}

TEST_CASE("another shop's processes are strangers, and so are those of another log", "[peer]") {
    const Peers peers;
    const std::string sealed = peers.ours.seal_call(kHead, "a call");
    CHECK_FALSE(PeerSeal("another secret", kLog).open_call(kHead, sealed, kNow));
    CHECK_FALSE(
        PeerSeal("the shop's secret", LogId::derive({"another"})).open_call(kHead, sealed, kNow));
}

TEST_CASE("a call that was recorded is of no use a minute later", "[peer]") {
    const Peers peers;
    const std::string sealed = peers.ours.seal_call(kHead, "a call");
    CHECK(peers.theirs.open_call(kHead, sealed, kNow + seconds(60)));
    CHECK(peers.theirs.open_call(kHead, sealed, kNow - seconds(60)));
    for (const Duration off : {seconds(61), Duration{-seconds(61).us}}) {
        const auto old = peers.theirs.open_call(kHead, sealed, kNow + off);
        REQUIRE_FALSE(old);
        CHECK(old.error().type == "old-call");
        CHECK(old.error().message.find(kHead.sender) != std::string::npos);
    }
}

TEST_CASE("an answer belongs to the call it was given to", "[peer]") {
    const Peers peers;
    const std::string one = peers.ours.seal_call(kHead, "a call");
    const std::string two = peers.ours.seal_call(kHead, "a call");
    const std::string answer = peers.theirs.seal_answer(PeerSeal::name_of(one), "to one");
    CHECK(peers.ours.open_answer(PeerSeal::name_of(one), answer));
    const auto swapped = peers.ours.open_answer(PeerSeal::name_of(two), answer);
    REQUIRE_FALSE(swapped);
    CHECK(swapped.error().code == ErrorCode::kUnavailable);
    // Nor is a call its own answer.
    CHECK_FALSE(peers.ours.open_answer(PeerSeal::name_of(one), one));
    CHECK_FALSE(peers.theirs.open_call(kHead, answer, kNow));
}

TEST_CASE("no two messages have the same name, of one process or of two", "[peer]") {
    const Peers peers;
    std::set<std::string> names;
    for (int i = 0; i < 1'000; ++i)
        for (const PeerSeal* each : {&peers.ours, &peers.theirs})
            names.emplace(PeerSeal::name_of(each->seal_call(kHead, "a call")));
    CHECK(names.size() == 2'000);
    CHECK(PeerSeal::name_of("short").empty());
}

}  // namespace
}  // namespace shop::api
