// The catalog in memory: what it finds, and that it follows the log.
#include <catch2/catch.hpp>
#include <future>

#include "events/catalog/catalog_fold.hpp"
#include "events/memory/memory_log.hpp"
#include "events/memory/memory_state_store.hpp"
#include "events/schema_level.hpp"
#include "events/slot_map.hpp"
#include "tests/core/catalog/product_support.hpp"
#include "tests/support/lagging_log.hpp"

namespace shop {
namespace {

using namespace product;

constexpr Partition kCatalog{Topic::kCatalog, 0};
const ProductId kRival = ProductId::derive({"rival"});

// The catalog's partition, written by hand.
class CatalogLog {
  public:
    CatalogLog() {
        const SlotMap map({1, 1, 1});
        std::string entry;
        append_claim(entry, {{1, "nonce"},
                             Time{1},
                             "here",
                             schema_level(),
                             {LogId::derive({"a log"}), map.partitions(), map.fingerprint()}});
        log.insert(kCatalog, entry);
    }

    // A record of these events; its position.
    Position write(const std::vector<NewEvent>& events) {
        return {kCatalog, log.insert(kCatalog, next_record(events))};
    }

    // A record of an event that no program knows.
    Position write_unreadable() {
        std::string entry = next_record(tests::on(kMug, Published{}));
        entry.replace(entry.find("product.published"), 17, "product.untold_of");
        return {kCatalog, log.insert(kCatalog, entry)};
    }

    MemoryLog log{{1, 1, 1}};

  private:
    std::string next_record(const std::vector<NewEvent>& events) {
        Record record;
        record.term = {1, "nonce"};
        record.seq = ++seq_;
        record.time = tests::kNoon;
        for (const NewEvent& event : events)
            record.events.push_back(
                {event.stream, ++versions_[event.stream], std::nullopt, event.data});
        std::string entry;
        append_record(entry, record);
        return entry;
    }

    std::uint64_t seq_ = 0;
    std::map<StreamId, std::uint64_t> versions_;
};

std::vector<NewEvent> asked_for_mug() {
    return tests::on(kMug, mug_details(), VariantAdded{known(variant("MUG-RED", "red"))},
                     PriceSet{kRedId, tests::price_of(tests::gbp(995)), {"list", ""}},
                     KeysRequested{.request = 1, .keys = {slug("mug"), sku("MUG-RED")}});
}

std::vector<NewEvent> draft_of_rival() {
    Variant own = variant("MUG-RED", "red");
    own.variant_id = new_variant(kRival, own.sku);
    return tests::on(kRival, mug_details(), VariantAdded{own});
}

TEST_CASE("a SKU is found while its product is published, and a slug as long as it is owned") {
    CatalogLog written;
    CatalogFold catalog(written.log);
    written.write(asked_for_mug());
    REQUIRE(catalog.catch_up());
    CHECK(catalog.find_product(kMug)->version == 4);
    CHECK(catalog.find_sku("MUG-RED") == nullptr);
    CHECK(catalog.find_any_sku("MUG-RED")->id == kMug);
    CHECK(catalog.find_slug("mug") == nullptr);
    CHECK(catalog.find_sku_owner("MUG-RED") == nullptr);
    written.write(tests::on(kMug, Published{"main"}));
    written.write(draft_of_rival());
    REQUIRE(catalog.catch_up());
    CHECK(catalog.find_sku("MUG-RED")->id == kMug);
    CHECK(catalog.find_any_sku("MUG-RED")->id == kMug);
    CHECK(catalog.find_slug("mug")->id == kMug);
    CHECK(catalog.product_count() == 2);
    written.write(tests::on(kMug, Unpublished{"main"}));
    REQUIRE(catalog.catch_up());
    CHECK(catalog.find_sku("MUG-RED") == nullptr);
    CHECK(catalog.find_slug("mug")->id == kMug);
    CHECK(catalog.find_sku_owner("MUG-RED")->id == kMug);
}

TEST_CASE("a removed variant is no longer found, the others are") {
    CatalogLog written;
    CatalogFold catalog(written.log);
    written.write(asked_for_mug());
    written.write(tests::on(kMug, Published{"main"}, VariantAdded{known(variant("BLUE", "blue"))}));
    REQUIRE(catalog.catch_up());
    CHECK(catalog.find_sku("BLUE")->id == kMug);
    written.write(tests::on(kMug, VariantRemoved{kRedId}));
    REQUIRE(catalog.catch_up());
    CHECK(catalog.find_sku("MUG-RED") == nullptr);
    CHECK(catalog.find_sku_owner("MUG-RED")->id == kMug);
    CHECK(catalog.find_sku("BLUE")->version == 7);
}

TEST_CASE("what was found stays as it was, whatever happens to the product") {
    CatalogLog written;
    CatalogFold catalog(written.log);
    written.write(asked_for_mug());
    REQUIRE(catalog.catch_up());
    const auto before = catalog.find_product(kMug);
    written.write(tests::on(kMug, DetailsChanged{.title = "Cup"}));
    REQUIRE(catalog.catch_up());
    CHECK(before->state.title == "Mug");
    CHECK(catalog.find_product(kMug)->state.title == "Cup");
}

TEST_CASE("a shop without settings has those of a new one, until others come into force") {
    CatalogLog written;
    CatalogFold catalog(written.log);
    CHECK(catalog.settings()->tax.tax.back().document == settings::default_tax());
    settings::Tax tax = settings::default_tax();
    tax.classes.emplace_back("books");
    written.write(tests::on(settings::tax_stream(), settings::TaxPublished{tax, tests::kNoon, {}}));
    REQUIRE(catalog.catch_up());
    const auto& state = catalog.settings()->tax;
    CHECK(settings::tax_at(state, tests::kNoon - seconds(1))->version == 0);
    CHECK(settings::tax_at(state, tests::kNoon)->version == 1);
    CHECK(catalog.settings()->store.store.back().document == settings::default_store());
}

TEST_CASE("a category is found as it is now, removed or not, after a restart too") {
    const CategoryId mugs = category::category_of("mugs");
    CatalogLog written;
    written.write(tests::on(mugs, category::Created{"Mugs", "mugs", {}, 0}));
    MemoryStateStore store;
    LogReader reader(written.log, kCatalog);
    REQUIRE(reader.read());
    const auto stored = std::make_shared<const AnyState>(
        category::State{category::Status::kActive, "Mugs", "mugs", {}, 0});
    REQUIRE(store.write({.partition = kCatalog,
                         .checkpoint = reader.checkpoint(),
                         .streams = {{mugs, stored, 1, 1, false}}}));
    CatalogFold catalog(written.log);
    REQUIRE(catalog.load(store));
    CHECK(catalog.find_category(mugs)->title == "Mugs");
    CHECK(catalog.find_category(category::category_of("cups")) == nullptr);
    written.write(tests::on(mugs, category::Changed{"Cups and mugs"}));
    written.write(tests::on(mugs, category::Removed{}));
    REQUIRE(catalog.catch_up());
    CHECK(catalog.find_category(mugs)->title == "Cups and mugs");
    CHECK(catalog.find_category(mugs)->status == category::Status::kRemoved);
    CatalogFold from_log(written.log);
    REQUIRE(from_log.catch_up());
    CHECK(*from_log.find_category(mugs) == *catalog.find_category(mugs));
}

TEST_CASE("a restart takes products from the state store and the rest from the log") {
    CatalogLog written;
    written.write(asked_for_mug());
    MemoryStateStore store;
    {
        LogReader reader(written.log, kCatalog);
        REQUIRE(reader.read());
        tests::Scenario scenario = tests::given(asked_for_mug());
        const auto state = std::make_shared<const AnyState>(mug(scenario));
        REQUIRE(store.write({.partition = kCatalog,
                             .checkpoint = reader.checkpoint(),
                             .streams = {{kMug, state, 4, 1, true}}}));
    }
    written.write(tests::on(kMug, Published{"main"}));
    CatalogFold catalog(written.log);
    REQUIRE(catalog.load(store));
    CatalogFold from_log(written.log);
    REQUIRE(from_log.catch_up());
    CHECK(catalog.find_sku("MUG-RED")->version == 5);
    CHECK(catalog.find_sku("MUG-RED")->state == from_log.find_sku("MUG-RED")->state);
    CHECK(catalog.find_slug("mug") != nullptr);
}

TEST_CASE("a state store of another history is passed over") {
    CatalogLog written;
    written.write(asked_for_mug());
    MemoryStateStore store;
    Checkpoint elsewhere{.log = LogId::derive({"another log"}), .offset = 1};
    elsewhere.sha256 = std::string(64, '0');
    REQUIRE(store.write({.partition = kCatalog, .checkpoint = elsewhere, .streams = {}}));
    CatalogFold catalog(written.log);
    REQUIRE(catalog.load(store));
    CHECK(catalog.find_product(kMug) != nullptr);
}

// Runs what is posted on the thread that calls run(); delays pass when nothing else is left.
class TestLoop final : public Executor {
  public:
    void post(Function function) override {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(function));
        wake_.notify_one();
    }
    void post_after(Duration, Function function) override { late_.push_back(std::move(function)); }
    void run_one() {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return !posted_.empty(); });
        Function function = std::move(posted_.front());
        posted_.erase(posted_.begin());
        lock.unlock();
        function();
    }
    void pass_time() {
        for (Function& function : std::exchange(late_, {})) function();
    }

  private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Function> posted_;
    std::vector<Function> late_;
};

TEST_CASE("who waits for a change goes on once the fold has seen it") {
    CatalogLog written;
    CatalogFold catalog(written.log);
    TestLoop loop;
    catalog.start();
    const Position position = written.write(asked_for_mug());
    std::optional<bool> passed;
    start(catalog.wait_passed(loop, position, seconds(1)), [&](bool value) { passed = value; });
    catalog.on_advance(kCatalog, position.offset + 1);
    if (!passed) loop.run_one();
    CHECK(passed == true);
    CHECK(catalog.find_product(kMug) != nullptr);
    loop.pass_time();
    CHECK(catalog.has_passed(position));
    CHECK(catalog.has_passed({{Topic::kCommerce, 3}, 1'000}));
    catalog.stop();
}

TEST_CASE("a catalog that cannot be read on says so, and goes on by itself") {
    CatalogLog written;
    tests::LaggingLog log(written.log);
    std::promise<std::string> alarm;
    CatalogFold catalog(log, [&](const Error& error) { alarm.set_value(error.message); });
    TestLoop loop;
    catalog.start();
    log.fail_reads(true);
    const Position position = written.write(asked_for_mug());
    catalog.on_advance(kCatalog, position.offset + 1);
    CHECK(alarm.get_future().get() == "The disk sulks.");
    CHECK(catalog.failure().has_value());
    std::optional<bool> passed;
    start(catalog.wait_passed(loop, position, seconds(1)), [&](bool value) { passed = value; });
    log.fail_reads(false);  // and no further commit comes
    loop.run_one();
    CHECK(passed == true);
    CHECK(catalog.find_product(kMug) != nullptr);
    catalog.stop();
    CHECK_FALSE(catalog.failure().has_value());
}

TEST_CASE("an entry that the catalog cannot read is not passed over at the next try") {
    CatalogLog written;
    CatalogFold catalog(written.log);
    const Position unreadable = written.write_unreadable();
    const Position behind = written.write(asked_for_mug());
    for (int tries = 0; tries < 3; ++tries) {
        CHECK_FALSE(catalog.catch_up());
        CHECK_FALSE(catalog.has_passed(unreadable));
        CHECK_FALSE(catalog.has_passed(behind));
    }
}

TEST_CASE("what the log does not show at once is seen soon, without another change") {
    CatalogLog written;
    tests::LaggingLog lagging(written.log);
    CatalogFold catalog(lagging);
    TestLoop loop;
    const Position position = written.write(asked_for_mug());
    lagging.lag_once();
    catalog.on_advance(kCatalog, position.offset + 1);
    CHECK(catalog.step());
    CHECK_FALSE(catalog.has_passed(position));
    lagging.lag_once();
    catalog.start();
    std::optional<bool> passed;
    start(catalog.wait_passed(loop, position, seconds(1)), [&](bool value) { passed = value; });
    if (!passed) loop.run_one();
    CHECK(passed == true);
    CHECK_FALSE(catalog.step());
    catalog.stop();
    loop.pass_time();
}

TEST_CASE("a shop does not open before its catalog holds what was changed before") {
    CatalogLog written;
    tests::LaggingLog lagging(written.log);
    CatalogFold catalog(lagging);
    const Position position = written.write(asked_for_mug());
    catalog.on_advance(kCatalog, position.offset + 1);
    lagging.lag_once();
    CHECK(catalog.catch_up().error().type == "log-lags");
    REQUIRE(catalog.catch_up());
    CHECK(catalog.find_product(kMug) != nullptr);
}

TEST_CASE("who waits in vain is told when the time is up, or when the shop closes") {
    CatalogLog written;
    CatalogFold catalog(written.log);
    TestLoop loop;
    std::optional<bool> late;
    start(catalog.wait_passed(loop, {kCatalog, 99}, seconds(1)), [&](bool value) { late = value; });
    loop.pass_time();
    CHECK(late == false);
    std::optional<bool> closed;
    start(catalog.wait_passed(loop, {kCatalog, 99}, seconds(1)),
          [&](bool value) { closed = value; });
    catalog.stop();
    loop.run_one();
    CHECK(closed == false);
    loop.pass_time();
}

}  // namespace
}  // namespace shop
