// The sandbox at work, without its server (api/sandbox/desk).
#include "api/sandbox/desk.hpp"

#include <catch2/catch.hpp>

#include "tests/support/poll_loop.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::sandbox {
namespace {

struct SetClock final : Clock {
    Time time{1'000'000'000};
    Time now() const override { return time; }
    Duration steady() const override { return {time.us}; }
};

Money pounds(std::int64_t minor_units) {
    return {minor_units, *Currency::parse("GBP")};
}

// A desk over a folder that survives it, and everything it told.
struct Shop {
    tests::TempFolder folder;
    tests::PollLoop loop;
    SetClock clock;
    std::vector<std::string> told;
    std::vector<Desk::Taken> taken;  // to be called when the shop shall have taken it
    std::vector<std::string> answers;
    std::unique_ptr<Desk> desk;

    Shop() { open(); }
    void open() {
        desk.reset();
        auto opened = Desk::open(loop, clock, {folder.path, "http://sandbox", Delays{}},
                                 [this](const Answer& answer, int copies, Desk::Taken when_taken) {
                                     taken.push_back(std::move(when_taken));
                                     for (int i = 0; i < copies; ++i)
                                         told.emplace_back(enum_name(answer.status));
                                 });
        REQUIRE(opened.has_value());
        desk = std::move(*opened);
    }
    Desk::Done note() {
        return [this](Reply reply) {
            answers.emplace_back(reply.lost     ? "lost"
                                 : reply.answer ? enum_name(reply.answer->status)
                                                : reply.answer.error().type);
        };
    }
    void authorize(const std::string& key, const std::string& token) {
        desk->authorize({key, "ord_1", "pay_1", token, {}, pounds(500)}, note());
    }
    // A payment that is decided after a while, by itself: only a webhook can tell.
    void decide_slowly() {
        authorize("eff_1", "tok_slow");
        clock.time = clock.time + seconds(3);
        REQUIRE(answered(1));
        REQUIRE(loop.run_until([&] { return !told.empty(); }, seconds(5)));
    }
    bool answered(std::size_t count) {
        return loop.run_until([&] { return answers.size() >= count; }, seconds(5));
    }
};

TEST_CASE("a slow payment is answered once it is decided, and told by webhook") {
    Shop shop;
    shop.authorize("eff_1", "tok_slow");
    shop.desk->query("eff_1", shop.note());
    REQUIRE(shop.answered(1));
    CHECK(shop.answers == std::vector<std::string>{"pending"});
    shop.clock.time = shop.clock.time + seconds(3);
    REQUIRE(shop.answered(2));
    CHECK(shop.answers.back() == "authorized");
    CHECK(shop.told == std::vector<std::string>{"authorized"});
}

TEST_CASE("the sandbox picks up after a crash where it was") {
    Shop shop;
    shop.authorize("eff_1", "tok_ok");
    shop.authorize("eff_2", "tok_slow");
    shop.desk->query("eff_2", shop.note());
    REQUIRE(shop.answered(2));
    shop.open();
    shop.authorize("eff_1", "tok_ok");
    REQUIRE(shop.answered(3));
    CHECK(shop.answers.back() == "authorized");
    CHECK(shop.desk->movements("").size() == 1);
    shop.clock.time = shop.clock.time + minutes(1);
    REQUIRE(shop.loop.run_until([&] { return shop.desk->movements("ord_1").size() == 2; }));
    shop.loop.run_until([&] { return !shop.told.empty(); });
    CHECK(shop.told == std::vector<std::string>{"authorized"});
    shop.open();  // nobody knows whether the webhook went out: it goes out again
    CHECK(shop.told.size() == 2);
}

TEST_CASE("what the shop has taken is not told again after a restart; what it has not, is") {
    Shop shop;
    shop.decide_slowly();
    REQUIRE(shop.taken.size() == 1);
    shop.clock.time = shop.clock.time + days(2);
    shop.open();
    REQUIRE(shop.told.size() == 2);
    shop.taken.back()();
    shop.taken.front()();  // of a sandbox that has ended
    shop.open();
    shop.open();
    CHECK(shop.told.size() == 2);
}

TEST_CASE("the shop is told for three days, then it has to ask") {
    Shop shop;
    shop.decide_slowly();
    shop.clock.time = shop.clock.time + days(3) + seconds(1);
    shop.open();
    CHECK(shop.told.size() == 1);
}

TEST_CASE("old news that was taken does not end the telling of what happened since") {
    Book book;
    const auto change = [&](EntryKind kind, Time at) {
        Entry entry;
        entry.kind = kind;
        if (kind == EntryKind::kOpened) entry.key = "eff_1";
        entry.reference = "sbx_1";
        entry.amount = pounds(500);
        entry.at = at;
        book.apply(entry);
    };
    change(EntryKind::kOpened, {1});
    CHECK(book.untold({}).empty());
    change(EntryKind::kDeclined, {10});
    change(EntryKind::kAuthorized, {20});
    change(EntryKind::kTold, {10});
    CHECK(book.untold({}) == std::vector<std::string>{"eff_1"});
    CHECK(book.untold({21}).empty());
    change(EntryKind::kTold, {20});
    CHECK(book.untold({}).empty());
    CHECK(book.find_payment("sbx_1")->status == PaymentStatus::kAuthorized);
}

TEST_CASE("a duplicate is told three times, a lost answer not at all") {
    Shop shop;
    shop.authorize("eff_1", "tok_duplicate");
    shop.authorize("eff_2", "tok_lost_after_charge");
    REQUIRE(shop.answered(2));
    CHECK(shop.answers == std::vector<std::string>{"authorized", "lost"});
    CHECK(shop.told.size() == 3);
    CHECK(shop.desk->movements("").size() == 2);
}

TEST_CASE("tests may have every change told, several times, or late") {
    Shop shop;
    shop.desk->knobs() = {Announce::kAll, 2, false, 1};
    shop.authorize("eff_1", "tok_ok");
    REQUIRE(shop.answered(1));
    CHECK(shop.told == std::vector<std::string>{"authorized", "authorized"});
}

TEST_CASE("what is asked of the sandbox and not known is not found") {
    Shop shop;
    shop.desk->query("eff_1", shop.note());
    shop.desk->query_payment("sbx_1", shop.note());
    shop.desk->capture({"eff_2", "sbx_1", "", pounds(1)}, shop.note());
    REQUIRE(shop.answered(3));
    CHECK(shop.answers == std::vector<std::string>{"not-found", "not-found", "not-found"});
}

}  // namespace
}  // namespace shop::sandbox
