// The keys of products and the streams they claim them in, together: every order of messages, late
// and doubled ones too, leaves each key with one owner, and no key with a product that was refused.
#include <catch2/catch.hpp>
#include <random>

#include "tests/core/catalog/product_support.hpp"

namespace shop::product {
namespace {

using tests::on;

TEST_CASE("a request owes a claim of each key, and is answered when all are") {
    auto scenario = draft();
    scenario.when(Publish{kMug});
    const AnyState state = mug(scenario);
    Answers answers;
    const auto owed = pending(kMug, state, answers, tests::kNoon);
    REQUIRE(owed.size() == 2);
    CHECK(std::get<unique_key::Claim>(owed[0].call).key == slug("mug"));
    CHECK(owed[0].since == tests::kNoon);
    answers.put(owed[0].id, unique_key::Outcome{unique_key::OutcomeKind::kClaimed, kMug});
    CHECK(pending(kMug, state, answers, tests::kNoon).size() == 1);
    CHECK_FALSE(advance(kMug, state, answers, tests::kNoon));
    answers.put(owed[1].id, unique_key::Outcome{unique_key::OutcomeKind::kInUse, {}});
    const auto step = advance(kMug, state, answers, tests::kNoon);
    REQUIRE(step);
    CHECK(step->command.as<RecordKeys>().in_use == std::vector{sku("MUG-RED")});
}

TEST_CASE("a refused request owes the release of all its keys") {
    auto scenario = draft();
    scenario.when(Publish{kMug}).when(RecordKeys{kMug, 1, {slug("mug")}});
    const AnyState state = mug(scenario);
    Answers answers;
    const auto owed = pending(kMug, state, answers, tests::kNoon);
    REQUIRE(owed.size() == 2);
    for (const Effect& effect : owed) {
        CHECK(std::holds_alternative<unique_key::Release>(effect.call));
        answers.put(effect.id, unique_key::Outcome{unique_key::OutcomeKind::kReleased, {}});
    }
    const auto step = advance(kMug, state, answers, tests::kNoon);
    REQUIRE(step);
    CHECK(step->command.as<RecordReleasedKeys>().request == 1);
}

TEST_CASE("why staff asked is kept until the keys are there") {
    const Reason season{"season", "Christmas"};
    auto scenario = draft();
    scenario.when(Publish{.product = kMug, .reason = season})
        .when(RecordKeys{kMug, 1, {}})
        .then(on(kMug, Published{"main", season}));
    const Reason demand{"demand", ""};
    scenario
        .when(AddVariant{.product = kMug, .variant = variant("MUG-BLUE", "blue"), .reason = demand})
        .when(RecordKeys{kMug, 2, {}})
        .then(on(kMug, VariantAdded{known(variant("MUG-BLUE", "blue")), demand}));
}

// Three products that want the same few slugs and SKUs.
class Rivals {
  public:
    explicit Rivals(std::uint64_t seed) : random_(seed) {
        for (int i = 0; i < 3; ++i) {
            const auto id = ProductId::derive({"rival", std::to_string(i)});
            products_.push_back(id);
            Created created = mug_details();
            created.slug = i < 2 ? "mug" : "cup";
            Variant own = variant(i == 1 ? "MUG-BLUE" : "MUG-RED", "red");
            own.variant_id = new_variant(id, own.sku);
            scenario_.given(on(id, created, VariantAdded{own}));
        }
    }

    void run() {
        for (int step = 0; step < 300; ++step) {
            const ProductId& id = products_[pick(products_.size())];
            const std::size_t choice = pick(10);
            if (choice == 0) scenario_.when(Publish{id});
            if (choice == 1) scenario_.when(Unpublish{id});
            if (choice == 2) scenario_.when(ChangeSlug{id, pick(2) == 0 ? "mug" : "jug", {}});
            if (choice > 2 && choice < 7) run_effect(id);
            if (choice == 7) record_answers(id);
            if (choice == 8) repeat_old_call();
            if (choice == 9) answers_[pick(3)] = {};  // a crash loses what was not recorded
            check();
        }
        settle();
        check();
        for (const ProductId& id : products_) CHECK_FALSE(is_open(state(id)));
    }

  private:
    std::size_t pick(std::size_t count) { return random_() % count; }
    const State& state(const ProductId& id) const { return scenario_.state<State>(id); }
    Answers& answers_of(const ProductId& id) {
        return answers_[static_cast<std::size_t>(std::ranges::find(products_, id) -
                                                 products_.begin())];
    }

    bool run_effect(const ProductId& id) {
        const auto owed = pending(id, state(id), answers_of(id), tests::kNoon);
        if (owed.empty()) return false;
        const Effect effect = owed[pick(owed.size())];
        send(effect.call);
        const auto outcome = find_outcome(
            effect.call, *scenario_.streams().find_any(target_of(*command_of(effect.call))));
        if (outcome) answers_of(id).put(effect.id, *outcome);
        calls_.push_back(effect.call);
        return true;
    }

    void send(const AnyCall& call) {
        if (const auto* claim = std::get_if<unique_key::Claim>(&call)) scenario_.when(*claim);
        if (const auto* release = std::get_if<unique_key::Release>(&call)) scenario_.when(*release);
    }

    bool record_answers(const ProductId& id) {
        const auto step = advance(id, state(id), answers_of(id), tests::kNoon);
        if (!step) return false;
        if (const auto* keys = step->command.get_if<RecordKeys>()) scenario_.when(*keys);
        if (const auto* gone = step->command.get_if<RecordReleasedKeys>()) scenario_.when(*gone);
        return true;
    }

    void repeat_old_call() {
        if (!calls_.empty()) send(calls_[pick(calls_.size())]);
    }

    // Everything owed is done; a round makes progress or is the last.
    void settle() {
        for (int round = 0; round < 200; ++round) {
            bool moved = false;
            for (const ProductId& id : products_) {
                moved = run_effect(id) || moved;
                moved = record_answers(id) || moved;
            }
            if (!moved) return;
        }
        FAIL("the products still owe effects");
    }

    // A key that a product thinks it owns is its own in the key's stream.
    void check() {
        for (const ProductId& id : products_)
            for (const unique_key::Key& key : state(id).keys) {
                const auto* stream =
                    scenario_.streams().find<unique_key::State>(unique_key::key_of(key));
                REQUIRE(stream != nullptr);
                CHECK(stream->owner == StreamId(id));
            }
    }

    std::mt19937_64 random_;
    tests::Scenario scenario_;
    std::vector<ProductId> products_;
    std::array<Answers, 3> answers_;
    std::vector<AnyCall> calls_;
};

TEST_CASE("a slug or SKU never has two owners, whatever is late, doubled or lost") {
    const std::uint64_t first = std::random_device{}();
    for (std::uint64_t seed = first; seed < first + 40; ++seed) {
        INFO("seed " << seed);
        Rivals(seed).run();
    }
}

}  // namespace
}  // namespace shop::product
