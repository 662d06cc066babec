// Keys of a shelf that other processes use too, and that may be away: what a store makes of the
// news.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

#include "events/keys/key_store.hpp"

namespace shop {
namespace {

// A shelf in memory, of which a test says what it does.
class FakeShelf final : public KeyShelf {
  public:
    Result<std::vector<KeyRecord>> append(std::size_t count, KeyUse use) override {
        const std::lock_guard lock(mutex_);
        if (is_away) return fail(ErrorCode::kUnavailable, "keys-away", "");
        auto keys = draw_keys(count, use);
        for (KeyRecord& key : keys) {
            key.number = keys_.size() + 1;
            keys_.push_back(key);
        }
        return keys;
    }
    Result<std::optional<KeyRecord>> read(const KeyName& name) const override {
        std::optional<KeyRecord> key;
        {
            const std::lock_guard lock(mutex_);
            key = keys_.at(name.number - 1);
        }
        if (const auto once = std::exchange(while_read, nullptr)) once();
        return key;
    }
    using KeyShelf::destroy;
    Status destroy(const KeyName& name) override {
        const std::lock_guard lock(mutex_);
        keys_.at(name.number - 1).destroyed = true;
        return {};
    }
    Status sync() override { return {}; }
    Result<std::vector<KeyRecord>> old_tokens() override { return {}; }

    KeyNews news() override {
        KeyNews news;
        {
            const std::lock_guard lock(mutex_);
            ++asked;
            news = std::exchange(to_tell_, {});
        }
        if (news.is_alive_for) std::this_thread::sleep_for(slow_to_say_alive.load());
        return news;
    }
    KeyName name_of(std::uint64_t number) const {
        const std::lock_guard lock(mutex_);
        return keys_.at(number - 1).name();
    }
    void tell(KeyNews news) {
        const std::lock_guard lock(mutex_);
        to_tell_ = std::move(news);
    }

    std::atomic<bool> is_away = false;
    std::atomic<int> asked = 0;  // for news
    std::atomic<std::chrono::milliseconds> slow_to_say_alive = {};
    mutable std::function<void()> while_read;  // once, between what is read and who gets it

  private:
    mutable std::mutex mutex_;
    std::vector<KeyRecord> keys_;
    KeyNews to_tell_;  // guarded by mutex_
};

// True once `holds` does, false after five seconds.
bool comes_true(const std::function<bool()>& holds) {
    for (int turn = 0; turn < 500; ++turn) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

// A store over such a shelf.
struct World {
    explicit World(std::unique_ptr<FakeShelf> made = std::make_unique<FakeShelf>())
        : shelf(*made), store(std::move(made)) {}
    Result<std::uint64_t> new_token() {
        SHOP_TRY(id, store.new_key(KeyUse::kToken));
        return parse_key_id(id)->number;
    }

    FakeShelf& shelf;
    KeyStore store;
};

TEST_CASE("whoever others may take for dead hands out no token's key that it made before") {
    World world;
    const std::uint64_t before = world.new_token().value();
    world.shelf.tell({.is_alive_for = Duration{1}});
    CHECK(comes_true([&] { return !world.new_token(); }));
    CHECK(world.new_token().error().type == "keys-away");
    CHECK(world.store.new_key(KeyUse::kPerson).has_value());
    world.shelf.tell({.is_alive_for = minutes(30)});
    Result<std::uint64_t> after = world.new_token();
    CHECK(comes_true([&] { return (after = world.new_token()).has_value(); }));
    CHECK(after.value() > before + 1'024);  // of another block
}

TEST_CASE("whoever was frozen until its sign of life was old hands out no token's key by it") {
    World world;
    REQUIRE(world.new_token());
    world.shelf.slow_to_say_alive = std::chrono::milliseconds(700);
    const int asked = world.shelf.asked;
    world.shelf.tell({.is_alive_for = milliseconds(700)});
    CHECK(comes_true([&] { return world.shelf.asked > asked + 1; }));
    CHECK_FALSE(world.new_token());
}

TEST_CASE("a key that was made ahead and is destroyed elsewhere is not handed out") {
    World world;
    const std::uint64_t first = world.new_token().value();
    world.shelf.tell({.destroyed = {world.shelf.name_of(first + 1).id()}});
    const int asked = world.shelf.asked;
    CHECK(comes_true([&] { return world.shelf.asked > asked + 1; }));  // so what was told is done
    CHECK(world.new_token() == first + 2);
}

TEST_CASE("keys are made again once their shelf is back") {
    auto away = std::make_unique<FakeShelf>();
    away->is_away = true;
    World world(std::move(away));
    CHECK(world.store.new_key().error().type == "keys-away");
    world.shelf.is_away = false;
    Result<std::string> key = world.store.new_key();
    REQUIRE(comes_true([&] { return (key = world.store.new_key()).has_value(); }));
    CHECK(world.store.seal(*key, "Ada").has_value());
}

TEST_CASE("a key that is destroyed while it is read is not remembered") {
    World world;
    // Of another store: this one has not handed it out, so it has to read it.
    const KeyRecord key = world.shelf.append(1, KeyUse::kPerson).value().front();
    world.shelf.while_read = [&] { CHECK(world.store.destroy(key.id()).has_value()); };
    (void)world.store.seal(key.id(), "Ada");
    const auto again = world.store.seal(key.id(), "Ada");
    REQUIRE_FALSE(again);
    CHECK(again.error().type == "erased");
}

}  // namespace
}  // namespace shop
