// Whatever the order between partitions and the size of batches, a view comes out the same.
#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "projections/storefront/storefront.hpp"
#include "tests/support/shop_year.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using postgres::WriteMode;
using projections::storefront::kViewName;

// Fills another log with the same entries, partition by partition in a random order, and lets a
// runner read in between.
void fill_in_pieces(const ShopLog& source, MemoryLog& log, std::mt19937& random,
                    TestRunner& runner) {
    std::map<Partition, std::vector<const ShopLog::Entry*>> waiting;
    for (const ShopLog::Entry& entry : source.entries()) waiting[entry.partition].push_back(&entry);
    std::map<Partition, std::size_t> done;
    std::vector<Partition> open;
    for (const auto& [partition, entries] : waiting) open.push_back(partition);
    while (!open.empty()) {
        const std::size_t which = random() % open.size();
        const auto& entries = waiting[open[which]];
        std::size_t& next = done[open[which]];
        for (std::size_t burst = 1 + random() % 40; burst > 0 && next < entries.size(); --burst)
            log.insert(open[which], entries[next++]->bytes);
        if (next == entries.size()) open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
        if (random() % 3 == 0) runner.catch_up();
    }
    runner.catch_up();
}

// One of its rows says of which partition the last record was, whichever came last.
class LastWins final : public AlteredStorefront {
  public:
    Status apply(postgres::Database& database, std::span<const projections::ViewRecord> batch,
                 postgres::WriteMode mode, projections::Touched& touched) const override {
        SHOP_TRY_STATUS(AlteredStorefront::apply(database, batch, mode, touched));
        return database.execute(
            "INSERT INTO search_word (word, products) VALUES ('last', $1) "
            "ON CONFLICT (word) DO UPDATE SET products = excluded.products",
            {std::to_string(batch.back().position.partition.number)});
    }
};

// The first line in which two dumps differ, with what is expected there; empty if they are equal.
std::string first_difference(const std::string& is, const std::string& expected) {
    std::istringstream a(is);
    std::istringstream b(expected);
    std::string line;
    std::string other;
    std::string table;
    while (true) {
        const bool more = static_cast<bool>(std::getline(a, line));
        if (more != static_cast<bool>(std::getline(b, other))) return table + " has other rows";
        if (!more) return {};
        if (line.starts_with("---")) table = line;
        if (line != other) return table + ": " + line + " instead of " + other;
    }
}

}  // namespace

TEST_CASE("the order between partitions makes no difference to what a view shows",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    const std::uint32_t seed = GENERATE(1U, 2U, 3U);
    CAPTURE(seed);
    ShopLog source;
    ShopYear(source, seed).live(400);

    const int straight = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, straight).catch_up();
    const std::string expected = all_rows(postgres, kViewName, straight);
    REQUIRE(expected.find("SKU") != std::string::npos);

    std::mt19937 random(seed);
    const int mixed = make_version(postgres, TestRunner::kStorefront);
    MemoryLog log(source.partitions());
    TestRunner runner(log, postgres, mixed);
    fill_in_pieces(source, log, random, runner);
    CHECK(first_difference(all_rows(postgres, kViewName, mixed), expected) == "");
}

TEST_CASE("control: a fold that looks at the order between partitions is found", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    ShopYear(source, 1).live(400);
    const LastWins last_wins;
    const int straight = make_version(postgres, last_wins);
    TestRunner(source.log(), postgres, straight, last_wins).catch_up();

    bool found = false;
    for (std::uint32_t seed = 1; seed < 10 && !found; ++seed) {
        std::mt19937 random(seed);
        MemoryLog log(source.partitions());
        const int mixed = make_version(postgres, last_wins);
        TestRunner runner(log, postgres, mixed, last_wins);
        fill_in_pieces(source, log, random, runner);
        found = all_rows(postgres, kViewName, mixed) != all_rows(postgres, kViewName, straight);
    }
    CHECK(found);
}

TEST_CASE("a build that is interrupted, or ends with something read ahead, gives the same view",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    const std::uint32_t seed = GENERATE(6U, 7U, 8U);
    CAPTURE(seed);
    ShopLog source;
    ShopYear year(source, seed);
    year.live(200);
    const int version = make_version(postgres, TestRunner::kStorefront);
    std::mt19937 random(seed);
    std::optional<TestRunner> runner;
    const auto begin = [&] {
        runner.emplace(
            source.log(), postgres, version, TestRunner::kStorefront,
            projections::RunnerOptions{
                .mode = WriteMode::kBuild, .tail_entries = 10, .build_entries = 1 + random() % 60});
    };
    begin();
    for (int steps = 0; steps < 30; ++steps) {
        REQUIRE(runner->runner.step());
        if (random() % 3 == 0) year.live(10);
        if (random() % 5 == 0) begin();
    }
    REQUIRE(runner->runner.end_build());
    year.live(20);
    runner->catch_up();

    const int straight = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, straight).catch_up();
    CHECK(first_difference(all_rows(postgres, kViewName, version),
                           all_rows(postgres, kViewName, straight)) == "");
}

TEST_CASE("records applied one by one, in batches or by copy give the same view", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    const std::uint32_t seed = GENERATE(4U, 5U);
    CAPTURE(seed);
    ShopLog source;
    ShopYear(source, seed).live(300);

    const int one_by_one = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, one_by_one, TestRunner::kStorefront, {.tail_entries = 1})
        .catch_up();
    const int batched = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, batched).catch_up();
    const int copied = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, copied, TestRunner::kStorefront, {.mode = WriteMode::kBuild})
        .catch_up();
    const int read_ahead = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, read_ahead, TestRunner::kStorefront,
               {.mode = WriteMode::kBuild, .build_entries = 50})
        .catch_up();

    const std::string expected = all_rows(postgres, kViewName, one_by_one);
    CHECK(first_difference(all_rows(postgres, kViewName, batched), expected) == "");
    CHECK(first_difference(all_rows(postgres, kViewName, copied), expected) == "");
    CHECK(first_difference(all_rows(postgres, kViewName, read_ahead), expected) == "");
}

}  // namespace shop::tests
