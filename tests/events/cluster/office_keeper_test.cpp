#include "events/cluster/office_keeper.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/manual_time.hpp"

namespace shop {
namespace {

const Partition kFirst{Topic::kCommerce, 0};
const Partition kSecond{Topic::kCommerce, 1};

// An engine that does what it is asked when the test says so, and everything that is announced.
struct Fixture {
    tests::ManualClock clock;
    std::mutex mutex;
    std::vector<std::string> done;  // guarded by mutex
    OfficeKeeper keeper{{.take = [this](Partition p) { note("take " + p.to_string()); },
                         .leave =
                             [this](Partition p) {
                                 note("leave " + p.to_string());
                                 if (leaves_at_once) keeper.on_office(p, {}, false);
                             },
                         .announce =
                             [this](const Owner& owner) {
                                 note("announce " + owner.partition.to_string() + " " +
                                      std::to_string(owner.term));
                             },
                         .clock = clock,
                         .address = "10.0.0.1:9000"}};
    bool leaves_at_once = true;

    void note(std::string what) {
        const std::lock_guard lock(mutex);
        done.push_back(std::move(what));
    }
    std::vector<std::string> all_done() {
        const std::lock_guard lock(mutex);
        return std::exchange(done, {});
    }
    void take(Partition partition) { keeper.take({&partition, 1}); }
    void gain(Partition partition, std::uint64_t term) {
        keeper.on_office(partition, {term, "n"}, true);
    }
    void lose(Partition partition) { keeper.on_office(partition, {9, "other"}, false); }
    void pass(Duration time) {
        clock.advance(time);
        keeper.step();
    }
};

using Done = std::vector<std::string>;

TEST_CASE("an office is taken when it is asked for, and announced once it is held") {
    Fixture shop;
    shop.take(kFirst);
    CHECK(shop.all_done() == Done{"take commerce-0"});
    shop.gain(kFirst, 3);
    CHECK(shop.all_done() == Done{"announce commerce-0 3"});
    shop.gain(kFirst, 3);  // told once more
    CHECK(shop.all_done() == Done{});
    CHECK(shop.keeper.held() == std::set{kFirst});
}

TEST_CASE("what is held is announced every ten seconds") {
    Fixture shop;
    shop.pass(seconds(1));
    shop.gain(kFirst, 3);
    shop.all_done();
    shop.pass(seconds(5));
    CHECK(shop.all_done() == Done{});
    shop.pass(seconds(6));
    CHECK(shop.all_done() == Done{"announce commerce-0 3"});
}

TEST_CASE("whoever announces an earlier term hears of the later one") {
    Fixture shop;
    shop.take(kFirst);
    shop.gain(kFirst, 3);
    shop.all_done();
    shop.keeper.hear({kFirst, 2, "10.0.0.2:9000"});
    CHECK(shop.all_done() == Done{"announce commerce-0 3"});
    shop.keeper.hear({kFirst, 3, "10.0.0.1:9000"});  // its own word
    shop.keeper.hear({kFirst, 4, "10.0.0.2:9000"});
    shop.keeper.hear({kSecond, 1, "10.0.0.2:9000"});
    CHECK(shop.all_done() == Done{});
}

TEST_CASE("leaving waits until the office is left") {
    Fixture shop;
    shop.gain(kFirst, 3);
    shop.all_done();
    shop.leaves_at_once = false;
    std::atomic<bool> has_left = false;
    std::jthread leaving([&] {
        shop.keeper.leave({&kFirst, 1});
        has_left = true;
    });
    while (shop.all_done() != Done{"leave commerce-0"}) std::this_thread::yield();
    CHECK_FALSE(has_left);
    shop.keeper.on_office(kFirst, {3, "n"}, false);
    leaving.join();
    CHECK(has_left);
    CHECK(shop.keeper.held().empty());
}

TEST_CASE("an office that is lost while it is asked for is taken again, not at full speed") {
    Fixture shop;
    shop.take(kFirst);
    shop.gain(kFirst, 3);
    shop.pass(seconds(20));
    shop.all_done();
    shop.lose(kFirst);
    shop.pass(milliseconds(500));
    CHECK(shop.all_done() == Done{});
    shop.pass(milliseconds(600));
    CHECK(shop.all_done() == Done{"take commerce-0"});
    CHECK(shop.keeper.fights() == 1);
    shop.gain(kFirst, 5);
    shop.lose(kFirst);
    shop.all_done();
    shop.pass(seconds(2));
    CHECK(shop.all_done() == Done{});
    shop.pass(seconds(3));
    CHECK(shop.all_done() == Done{"take commerce-0"});
}

TEST_CASE("an office taken by name is announced, and not fought for") {
    Fixture shop;
    CHECK(shop.keeper.take_named(kFirst));
    CHECK(shop.all_done() == Done{"take commerce-0"});
    shop.gain(kFirst, 3);
    CHECK(shop.all_done() == Done{"announce commerce-0 3"});
    shop.lose(kFirst);  // to whom the group has asked
    shop.pass(seconds(5));
    shop.pass(seconds(5));
    CHECK(shop.all_done() == Done{});
    CHECK(shop.keeper.fights() == 0);
}

TEST_CASE("an office taken by name is left when somebody tells of a later term") {
    Fixture shop;
    CHECK(shop.keeper.take_named(kFirst));
    shop.gain(kFirst, 3);
    shop.all_done();
    shop.keeper.hear({kFirst, 3, "10.0.0.1:9000"});
    CHECK(shop.all_done() == Done{});
    shop.keeper.hear({kFirst, 4, "10.0.0.2:9000"});
    CHECK(shop.all_done() == Done{"leave commerce-0"});
}

TEST_CASE("an office taken by name is like any other once the group asks for it") {
    Fixture shop;
    CHECK(shop.keeper.take_named(kFirst));
    shop.gain(kFirst, 3);
    shop.take(kFirst);
    shop.pass(seconds(20));
    shop.all_done();
    shop.lose(kFirst);
    shop.pass(seconds(2));
    CHECK(shop.all_done() == Done{"take commerce-0"});
    CHECK(shop.keeper.fights() == 1);
}

TEST_CASE("whoever is about to stop lets others take what it holds, and takes nothing by name") {
    Fixture shop;
    shop.take(kFirst);
    shop.gain(kFirst, 3);
    shop.pass(seconds(20));
    shop.all_done();
    const std::vector<Owner> held = shop.keeper.let_go();
    REQUIRE(held.size() == 1);
    CHECK(held.front().partition == kFirst);
    CHECK(held.front().term == 3);
    CHECK(shop.keeper.held() == std::set{kFirst});  // served still
    shop.lose(kFirst);
    shop.pass(seconds(5));
    CHECK_FALSE(shop.keeper.take_named(kSecond));
    CHECK(shop.all_done() == Done{});
    CHECK(shop.keeper.fights() == 0);
}

TEST_CASE("an office that somebody else is asked for meanwhile is let go") {
    Fixture shop;
    shop.take(kFirst);
    shop.gain(kFirst, 3);
    shop.lose(kFirst);
    shop.keeper.lose({&kFirst, 1});
    shop.all_done();
    shop.pass(seconds(20));
    CHECK(shop.all_done() == Done{});
    CHECK(shop.keeper.fights() == 0);
}

}  // namespace
}  // namespace shop
