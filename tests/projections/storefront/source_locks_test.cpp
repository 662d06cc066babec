// Two batches of different partitions at the same moment: what joins both is right in the end.
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <thread>

#include "core/catalog/product.hpp"
#include "core/stock/stock.hpp"
#include "tests/support/shop_log.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using postgres::Database;
using postgres::WriteMode;
using projections::Touched;
using projections::ViewRecord;

// Where the functions that lock, and that find products of several stocks, do nothing.
constexpr const char* kLockless =
    "CREATE SCHEMA lockless; "
    "CREATE FUNCTION lockless.pg_advisory_xact_lock(bigint) RETURNS void LANGUAGE sql AS ''; "
    "CREATE FUNCTION lockless.pg_advisory_xact_lock_shared(bigint) RETURNS void LANGUAGE sql AS "
    "''; "
    "CREATE AGGREGATE lockless.max(text) (SFUNC = text_smaller, STYPE = text); SELECT 1";

// The storefront, but somebody comes between the writing of its first batch and the commit.
class Interrupted final : public AlteredStorefront {
  public:
    explicit Interrupted(std::function<void()> between = {}, bool locks = true)
        : between_(std::move(between)), locks_(locks) {}

    Status apply(Database& database, std::span<const ViewRecord> batch, WriteMode mode,
                 Touched& touched) const override {
        if (!locks_)
            SHOP_TRY_STATUS(database.execute(
                "SELECT set_config('search_path', "
                "current_schema()::text || ', lockless, pg_catalog, public', true)"));
        SHOP_TRY_STATUS(AlteredStorefront::apply(database, batch, mode, touched));
        if (const auto between = std::exchange(between_, {})) between();
        return {};
    }

  private:
    mutable std::function<void()> between_;
    const bool locks_;
};

// A product with two variants, whose stocks are in partitions of their own.
struct Goods {
    explicit Goods(const TestDatabase& database) : postgres(database) {
        postgres.rows(kLockless);
        for (int i = 0; variants.size() < 2; ++i) {
            product::Variant variant;
            variant.sku = "SKU" + std::to_string(i);
            variant.variant_id = product::new_variant(id, variant.sku);
            variant.inventory_item = variant.variant_id.to_string();
            const StockId stock = stock::stock_of(variant.inventory_item);
            if (!stocks.empty() && partition_of(stock) == partition_of(stocks.front())) continue;
            stocks.push_back(stock);
            variants.push_back(std::move(variant));
        }
    }
    Partition partition_of(const StreamId& stream) const {
        return source.slots().partition_of(stream);
    }
    void publish() {
        product::Price price;
        price.key.currency = *Currency::parse("GBP");
        price.price.money = {500, price.key.currency};
        std::vector<ShopLog::Happened> events{
            {id, product::Created{.title = "Lamp", .slug = "lamp"}}};
        for (const product::Variant& variant : variants) {
            events.push_back({id, product::VariantAdded{variant}});
            events.push_back({id, product::PriceSet{variant.variant_id, price, {}}});
        }
        events.push_back({id, product::Published{}});
        source.add(std::move(events));
    }
    void receive(std::size_t which, std::int64_t units) {
        const product::Variant& variant = variants[which];
        source.add({{stocks[which], stock::Opened{variant.variant_id, variant.inventory_item, ""}},
                    {stocks[which], stock::Received{units, stock::ReceiveReason::kPurchase, ""}}});
    }
    std::string available() const {
        return postgres.rows("SELECT available FROM storefront.listing");
    }

    // A batch of `one`'s partition is written, then the next one of `other`'s, as far as it comes;
    // both are committed. Whether the other one had to wait.
    bool meet(const StreamId& one, const StreamId& other, bool locks) {
        std::atomic<bool> is_done = false;
        bool waited = false;
        std::thread thread;
        const Interrupted plain({}, locks);
        TestRunner second(source.log(), postgres, version, plain);
        second.runner.take({partition_of(other)});
        const Interrupted interrupted(
            [&] {
                thread = std::thread([&] {
                    while (!second.runner.step()) std::this_thread::yield();
                    is_done = true;
                });
                const auto waits = [&] {
                    return postgres.rows(
                               "SELECT count(*) > 0 FROM pg_stat_activity WHERE "
                               "wait_event_type = 'Lock' AND datname = current_database()") ==
                           "t\n";
                };
                while (!is_done && !waited) waited = waits();
            },
            locks);
        TestRunner first(source.log(), postgres, version, interrupted);
        first.runner.take({partition_of(one)});
        REQUIRE(first.runner.step());
        thread.join();
        return waited;
    }

    const TestDatabase& postgres;
    ShopLog source;
    const int version = make_version(postgres, TestRunner::kStorefront);
    const ProductId id = ProductId::derive({"lamp"});
    std::vector<StockId> stocks;
    std::vector<product::Variant> variants;
};

}  // namespace

TEST_CASE("a product that is published while its stock comes in is listed with it",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Goods goods(postgres);
    goods.publish();
    goods.receive(0, 7);
    SECTION("the product first") {
        CHECK(goods.meet(goods.id, goods.stocks[0], true));
        CHECK(goods.available() == "7\n");
    }
    SECTION("the stock first") {
        CHECK(goods.meet(goods.stocks[0], goods.id, true));
        CHECK(goods.available() == "7\n");
    }
    SECTION("control: without the lock") {
        CHECK_FALSE(goods.meet(goods.id, goods.stocks[0], false));
        CHECK(goods.available() == "0\n");
    }
}

TEST_CASE("two stocks of a product that change at once are both counted", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Goods goods(postgres);
    goods.publish();
    TestRunner(goods.source.log(), postgres, goods.version).catch_up();
    goods.receive(0, 7);
    goods.receive(1, 5);
    SECTION("each waits for the other") {
        CHECK(goods.meet(goods.stocks[0], goods.stocks[1], true));
        CHECK(goods.available() == "12\n");
    }
    SECTION("control: without the lock") {
        goods.meet(goods.stocks[0], goods.stocks[1], false);
        CHECK(goods.available() != "12\n");
    }
}

TEST_CASE("nobody is erased while an order that may be theirs is being written", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Goods shop(postgres);
    const CustomerId customer = CustomerId::derive({"ada"});
    OrderId order;
    for (int i = 0; order.is_empty() || shop.partition_of(order) == shop.partition_of(customer);
         ++i)
        order = OrderId::derive({"order", std::to_string(i)});
    shop.source.add(order, order::Placed{.number = "A-1"});
    shop.source.add(customer, customer::Erased{{"key"}, {}});
    const bool locks = GENERATE(true, false);
    CHECK(shop.meet(order, customer, locks) == locks);
}

}  // namespace shop::tests
