// A stream as it was, from a log in which it stands among others.
#include "events/past_state.hpp"

#include <catch2/catch.hpp>

#include "tests/support/engine_world.hpp"
#include "tests/support/lagging_log.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");
const StockId kPlates = stock_item("plates");

// Counts how often it is read, and how much is.
class CountingLog final : public LaggingLog {
  public:
    using LaggingLog::LaggingLog;
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        auto found = LaggingLog::read(partition, from, entries_max, bytes_max);
        ++reads;
        if (found) entries += found->size();
        return found;
    }
    mutable std::size_t reads = 0;
    mutable std::size_t entries = 0;
};

struct Shelf {
    Shelf() { world.open(); }
    // Mugs are counted once, then plates so often.
    void count(int plates) {
        ++mugs;
        const auto counted = world.receive(kMugs, mugs, "mugs " + std::to_string(mugs));
        past.records.push_back(world.answer(counted).value().position.offset);
        for (int i = 0; i < plates; ++i) {
            ++all_plates;
            world.answer(world.receive(kPlates, all_plates, "plates " + std::to_string(all_plates)))
                .value();
        }
    }

    EngineWorld world;
    CountingLog log{world.log};
    Past past{world.partition_of(kMugs), kMugs, {}};
    int mugs = 0;
    int all_plates = 0;
};

}  // namespace

TEST_CASE("a stream that stands among others is read in one piece, not record by record") {
    Shelf shelf;
    for (int i = 0; i < 40; ++i) shelf.count(3);
    const Snapshot then = fold_past(shelf.log, shelf.past).value();
    CHECK(stock_of(then).on_hand == 40);
    CHECK(then.version == 41);  // opened, and 40 counts
    CHECK(then.position == Position{shelf.past.partition, shelf.past.records.back()});
    CHECK(shelf.log.reads == 1);
}

TEST_CASE("what stands far apart is read without what lies between") {
    Shelf shelf;
    shelf.count(1);
    shelf.count(600);
    shelf.count(1);
    CHECK(stock_of(fold_past(shelf.log, shelf.past).value()).on_hand == 3);
    CHECK(shelf.log.reads == 2);
    CHECK(shelf.log.entries < 10);
}

TEST_CASE("a stream without records reads as nothing") {
    Shelf shelf;
    const Snapshot nothing = fold_past(shelf.log, shelf.past).value();
    CHECK(nothing.state == nullptr);
    CHECK(nothing.version == 0);
    CHECK(shelf.log.reads == 0);
}

TEST_CASE("a log that does not show a record tells nothing rather than an older state") {
    Shelf shelf;
    for (int i = 0; i < 4; ++i) shelf.count(1);
    shelf.log.lag_once();
    CHECK(fold_past(shelf.log, shelf.past).error().type == "in-doubt");
    shelf.past.records.back() += 1;  // stands behind the end of the log
    shelf.past.records.back() += 1;
    CHECK(fold_past(shelf.log, shelf.past).error().type == "in-doubt");
}

}  // namespace shop::tests
