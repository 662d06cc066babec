// A unique value: two owners meet in one stream, and only one can have it.
#include <catch2/catch.hpp>

#include "core/catalog/unique_key.hpp"
#include "tests/support/given.hpp"

namespace shop::unique_key {
namespace {

using tests::given_nothing;
using tests::on;

const Key kMug{Scope::kSlug, "mug"};
const KeyId kStream = key_of(kMug);
const StreamId kAnn = ProductId::derive({"ann"});
const StreamId kBob = ProductId::derive({"bob"});

OutcomeKind answer(const tests::Scenario& scenario, const auto& call) {
    const auto outcome = find_outcome(scenario.state<State>(kStream), call);
    REQUIRE(outcome);
    return outcome->kind;
}

TEST_CASE("the first to claim a key has it, and claims it once") {
    const Claim ann{kMug, kAnn, 1};
    const Claim bob{kMug, kBob, 1};
    auto scenario = given_nothing();
    scenario.when(ann).then(on(kStream, Claimed{Scope::kSlug, "mug", kAnn, 1}));
    scenario.when(ann).then_nothing().when(bob).then_nothing();
    CHECK(answer(scenario, ann) == OutcomeKind::kClaimed);
    CHECK(answer(scenario, bob) == OutcomeKind::kInUse);
}

TEST_CASE("a released key is free for another, but not for a late claim of the same request") {
    auto scenario = given_nothing();
    scenario.when(Claim{kMug, kAnn, 1})
        .when(Release{kMug, kAnn, 1})
        .then(on(kStream, Released{Scope::kSlug, "mug", kAnn, 1}))
        .when(Release{kMug, kAnn, 1})
        .then_nothing()
        .when(Claim{kMug, kAnn, 1})
        .then_nothing();
    CHECK(answer(scenario, Claim{kMug, kAnn, 1}) == OutcomeKind::kInUse);
    scenario.when(Claim{kMug, kBob, 1}).then_types({"key.claimed"});
}

TEST_CASE("a release that overtakes its claim wins") {
    auto scenario = given_nothing();
    scenario.when(Release{kMug, kAnn, 1}).then_types({"key.released"});
    scenario.when(Claim{kMug, kAnn, 1}).then_nothing();
    scenario.when(Claim{kMug, kAnn, 2}).then_types({"key.claimed"});
    CHECK(answer(scenario, Claim{kMug, kAnn, 2}) == OutcomeKind::kClaimed);
}

TEST_CASE("the late release of an earlier request takes nothing from a later one") {
    auto scenario = given_nothing();
    scenario.when(Claim{kMug, kAnn, 1})
        .when(Claim{kMug, kAnn, 2})
        .then(on(kStream, Claimed{Scope::kSlug, "mug", kAnn, 2}))
        .when(Release{kMug, kAnn, 1})
        .then_types({"key.released"});
    CHECK(scenario.state<State>(kStream).owner == kAnn);
    CHECK(answer(scenario, Release{kMug, kAnn, 1}) == OutcomeKind::kReleased);
    scenario.when(Claim{kMug, kBob, 1}).then_nothing();
}

TEST_CASE("releasing what another owns changes nothing for that owner") {
    auto scenario = given_nothing();
    scenario.when(Claim{kMug, kAnn, 1}).when(Release{kMug, kBob, 1});
    CHECK(scenario.state<State>(kStream).owner == kAnn);
}

TEST_CASE("the same text is another key in another scope") {
    CHECK(key_of({Scope::kSlug, "mug"}) != key_of({Scope::kSku, "mug"}));
}

}  // namespace
}  // namespace shop::unique_key
