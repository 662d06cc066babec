// Whatever comes, in whatever order, however often: stock is never promised twice and never leaks.
#include <catch2/catch.hpp>
#include <random>

#include "core/stock/stock.hpp"
#include "tests/support/given.hpp"

namespace shop::stock {
namespace {

const StockId kStock = stock_of("mug");

// What one line of an order asks of the item, over up to three attempts, as a checkout does it:
// each attempt ends with a release before the next begins, and at most the last one is sold.
struct LineStory {
    Reservation reservation;
    std::int64_t quantity = 0;
    bool sold = false;
};

class World {
  public:
    explicit World(std::uint64_t seed) : random_(seed) {
        scenario_ = tests::given(tests::on(kStock, Opened{{}, "mug", std::string(kMainLocation)},
                                           PolicySet{true, pick(0, 5), pick(0, 3)},
                                           Received{pick(1, 40), ReceiveReason::kPurchase, ""}));
    }

    void run() {
        for (int step = 0; step < 400; ++step) {
            const auto choice = pick(0, 9);
            if (choice < 4)
                start_or_retry();
            else if (choice < 9)
                repeat_old_message();
            else
                scenario_.when(Receive{kStock, pick(1, 3)});
            check();
        }
        finish();
    }

  private:
    std::int64_t pick(std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(random_);
    }
    const State& state() const { return scenario_.state<State>(kStock); }

    template <class Call>
    std::optional<Outcome> send(const Call& call) {
        sent_.push_back(call);
        scenario_.when(call);
        return find_outcome(state(), call);
    }

    // One checkout's dealings with one line, up to its definite end.
    void start_or_retry() {
        const auto line = LineId::derive({std::to_string(pick(0, 30))});
        LineStory& story = lines_[line];
        if (story.sold) return;
        story.reservation = {OrderId::derive({"order"}), line, story.reservation.attempt + 1};
        story.quantity = pick(1, 8);
        const auto reserved = send(Reserve{kStock, story.reservation, story.quantity});
        REQUIRE(reserved);
        if (reserved->kind == OutcomeKind::kHeld && pick(0, 1) == 1) {
            const auto sold = send(Allocate{kStock, story.reservation});
            REQUIRE(sold);
            story.sold = sold->kind == OutcomeKind::kAllocated;
            return;
        }
        const auto released = send(Release{kStock, story.reservation});
        REQUIRE(released);
        CHECK(released->kind == OutcomeKind::kReleased);
    }

    // Any message of the past once more: late or doubled.
    void repeat_old_message() {
        if (sent_.empty()) return;
        const AnyMessage message =
            sent_[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(sent_.size()) - 1))];
        std::visit([&](const auto& call) { scenario_.when(call); }, message);
    }

    void check() const {
        CHECK(state().on_hand >= 0);
        CHECK(state().held_total == sum(state().held));
        CHECK(state().allocated_total == sum(state().allocated));
        const std::int64_t limit = state().on_hand - state().safety_stock + state().backorder_limit;
        CHECK((state().reserved() == 0 || state().reserved() <= limit));
        for (const auto& [line, story] : lines_) {
            const bool is_sold = state().allocated.contains(line);
            CHECK(is_sold == story.sold);
            if (story.sold) CHECK(state().allocated.at(line).quantity == story.quantity);
        }
    }

    // Every story has its definite end: nothing may be held any more.
    void finish() {
        CHECK(state().held.empty());
        CHECK(state().held_total == 0);
        for (const auto& [line, story] : lines_)
            if (story.sold) scenario_.when(Release{kStock, story.reservation});
        CHECK(state().reserved() == 0);
        CHECK(state().available() == state().on_hand - state().safety_stock);
    }

    static std::int64_t sum(const std::map<LineId, Held>& lines) {
        std::int64_t total = 0;
        for (const auto& [line, held] : lines) total += held.quantity;
        return total;
    }

    using AnyMessage = std::variant<Reserve, Release, Allocate>;
    std::mt19937_64 random_;
    tests::Scenario scenario_;
    std::map<LineId, LineStory> lines_;
    std::vector<AnyMessage> sent_;
};

TEST_CASE("stock is never promised twice and never leaks, whatever is late or doubled") {
    const std::uint64_t first = std::random_device{}();
    for (std::uint64_t seed = first; seed < first + 20; ++seed) {
        INFO("seed " << seed);
        World(seed).run();
    }
}

}  // namespace
}  // namespace shop::stock
