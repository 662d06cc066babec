// When a page may be served again.
#include "projections/page_cache.hpp"

#include <catch2/catch.hpp>

#include "tests/support/poll_loop.hpp"

namespace shop::tests {
namespace {

using namespace projections;

constexpr Partition kPartition{Topic::kCatalog, 0};

struct Cached {
    Generations generations;
    PageCache cache{generations, 100'000};

    // A page that was read at `moment`.
    void store(const std::string& key, std::uint64_t moment, std::vector<std::uint64_t> depends,
               Offset read = 5) {
        auto position = std::make_shared<ViewPosition>();
        position->read[kPartition] = read;
        cache.store(key, {.body = std::make_shared<const std::string>("page of " + key),
                          .position = std::move(position),
                          .moment = moment,
                          .stored = seconds(100),
                          .depends = std::move(depends)});
    }
    bool serves(const std::string& key, Duration now = seconds(101),
                std::vector<Position> min = {}) {
        return cache.find(key, now, min) != nullptr;
    }
};

const std::uint64_t kLamp = name_hash("product", "lamp");
const std::uint64_t kVase = name_hash("product", "vase");

}  // namespace

TEST_CASE("a page is served until something it shows was changed", "[cache]") {
    Cached shop;
    shop.store("/lamp", shop.generations.now(), {kLamp});
    shop.store("/vase", shop.generations.now(), {kVase});
    CHECK(shop.serves("/lamp"));
    shop.generations.raise({&kLamp, 1});
    CHECK(!shop.serves("/lamp"));
    CHECK(shop.serves("/vase"));
}

TEST_CASE("a page whose query was sent before a change and came back after it is not served",
          "[cache]") {
    Cached shop;
    const std::uint64_t moment = shop.generations.now();
    shop.generations.raise({&kLamp, 1});
    shop.store("/lamp", moment, {kLamp});
    CHECK(!shop.serves("/lamp"));
    shop.store("/lamp", shop.generations.now(), {kLamp});
    CHECK(shop.serves("/lamp"));
}

TEST_CASE("when notices were lost, no page is served", "[cache]") {
    Cached shop;
    shop.store("/lamp", shop.generations.now(), {kLamp});
    shop.generations.raise_all();
    CHECK(!shop.serves("/lamp"));
    shop.store("/lamp", shop.generations.now(), {kLamp});
    CHECK(shop.serves("/lamp"));
}

TEST_CASE("a page is served for 30 seconds at most", "[cache]") {
    Cached shop;
    shop.store("/lamp", shop.generations.now(), {kLamp});
    CHECK(shop.serves("/lamp", seconds(130)));
    CHECK(!shop.serves("/lamp", seconds(131)));
}

TEST_CASE("whoever must see a change gets only pages that the change is in", "[cache]") {
    Cached shop;
    shop.store("/lamp", shop.generations.now(), {kLamp}, 5);
    CHECK(shop.serves("/lamp", seconds(101), {{kPartition, 5}}));
    CHECK(!shop.serves("/lamp", seconds(101), {{kPartition, 6}}));
    CHECK(!shop.serves("/lamp", seconds(101), {{{Topic::kCommerce, 1}, 0}}));
    CHECK(shop.serves("/lamp"));
}

TEST_CASE("a full cache forgets what was used longest ago", "[cache]") {
    Cached shop;
    for (int i = 0; i < 1'000; ++i) {
        shop.store("/" + std::to_string(i), shop.generations.now(), {kLamp});
        CHECK(shop.serves("/0"));
        CHECK(shop.cache.bytes() <= 100'000);
    }
    CHECK(!shop.serves("/1"));
    CHECK(shop.serves("/999"));
}

TEST_CASE("a cache of no bytes is switched off", "[cache]") {
    Generations generations;
    PageCache cache(generations, 0);
    cache.store("/lamp", {.body = std::make_shared<const std::string>("x")});
    CHECK(cache.find("/lamp", {}, {}) == nullptr);
}

}  // namespace shop::tests
