// What has to be there before what.
#include <catch2/catch.hpp>
#include <deque>
#include <set>

#include "api/history/precedence.hpp"
#include "tests/support/manual_time.hpp"

namespace shop::history {
namespace {

class Line {
  public:
    // A record that has come; it goes on by itself once it may.
    int come(Ties ties) {
        places_.push_back(precedence_.enter(std::move(ties)));
        const int number = static_cast<int>(places_.size()) - 1;
        start(precedence_.reach(&places_.back()), [this, number](bool) { may_.insert(number); });
        return number;
    }
    void end(int number) {
        precedence_.leave(places_[static_cast<std::size_t>(number)]);
        loop_.run();
    }
    bool may(int number) const { return may_.contains(number); }

  private:
    tests::ManualClock clock_;
    tests::ManualExecutor loop_{clock_};
    Precedence precedence_{loop_};
    std::deque<Precedence::Place> places_;
    std::set<int> may_;
};

TEST_CASE("a record waits for all earlier ones that give what it needs") {
    Line line;
    const int first = line.come({.needs = {}, .gives = {"goods A"}});
    const int second = line.come({.needs = {"nothing"}, .gives = {"goods A"}});
    const int sale = line.come({.needs = {"goods A", "goods B"}, .gives = {}});
    CHECK(line.may(first));
    CHECK(line.may(second));
    line.end(first);
    CHECK_FALSE(line.may(sale));
    line.end(second);
    CHECK(line.may(sale));
}

TEST_CASE("a record never waits for later ones, not even for one that waits for it") {
    Line line;
    const int goods = line.come({.needs = {}, .gives = {"goods A"}});
    const int order = line.come({.needs = {"goods A"}, .gives = {"order 1"}});
    const int note = line.come({.needs = {"order 1"}, .gives = {"goods A", "goods A"}});
    const int next = line.come({.needs = {"goods A"}, .gives = {}});
    line.end(goods);
    CHECK(line.may(order));
    CHECK_FALSE(line.may(note));
    line.end(order);
    CHECK(line.may(note));
    CHECK_FALSE(line.may(next));
    line.end(note);
    CHECK(line.may(next));
    line.end(next);
    CHECK(line.may(line.come({.needs = {"goods A", "order 1"}, .gives = {}})));
}

}  // namespace
}  // namespace shop::history
