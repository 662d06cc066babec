// Which sale a credit belongs to, where the data does not say it.
#include "api/demo/year/credit_matcher.hpp"

#include <catch2/catch.hpp>

namespace shop::demo {
namespace {

constexpr std::uint32_t kAda = 17'850;
constexpr std::uint32_t kBob = 12'346;
constexpr std::uint32_t kMug = 3;

// A mug's sale: document, quantity, price in thousandths.
SoldLine sale(std::uint32_t document, std::int64_t quantity, std::int64_t price_milli) {
    return {.document = document,
            .line = 1,
            .price_milli = price_milli,
            .quantity = quantity,
            .pence = quantity * price_milli / 10};
}

TEST_CASE("a credit belongs to the newest sale at its price, not to a newer one at another") {
    CreditMatcher matcher;
    matcher.sell(kAda, kMug, sale(1, 6, 2'550));
    matcher.sell(kAda, kMug, sale(2, 6, 2'550));
    matcher.sell(kAda, kMug, sale(3, 6, 2'100));
    CHECK(matcher.credit(kAda, kMug, 2'550, 2) == std::vector<CreditLink>{{2, 1, 2, 510, true}});
}

TEST_CASE("a credit goes over several sales, those at its price first, and never beyond them") {
    CreditMatcher matcher;
    matcher.sell(kAda, kMug, sale(1, 3, 2'000));
    matcher.sell(kAda, kMug, sale(2, 4, 1'000));
    matcher.sell(kAda, kMug, sale(3, 2, 2'000));
    CHECK(matcher.credit(kAda, kMug, 2'000, 8) == std::vector<CreditLink>{{3, 1, 2, 400, true},
                                                                          {1, 1, 3, 600, true},
                                                                          {2, 1, 3, 400, false}});
    // One unit is left of the sale at another price, for which all that was paid is credited.
    CHECK(matcher.credit(kAda, kMug, 1'000, 5) == std::vector<CreditLink>{{2, 1, 1, 0, true}});
    CHECK(matcher.credit(kAda, kMug, 1'000, 5).empty());
}

TEST_CASE("a line is never credited with more money than was paid for it") {
    CreditMatcher matcher;
    matcher.sell(kAda, kMug, sale(1, 4, 2'000));
    CHECK(matcher.credit(kAda, kMug, 3'000, 2) == std::vector<CreditLink>{{1, 1, 2, 600, false}});
    CHECK(matcher.credit(kAda, kMug, 3'000, 2) == std::vector<CreditLink>{{1, 1, 2, 200, false}});
}

TEST_CASE("a credit never belongs to somebody else's sale or to another product's") {
    CreditMatcher matcher;
    matcher.sell(kAda, kMug, sale(1, 4, 2'000));
    CHECK(matcher.credit(kBob, kMug, 2'000, 1).empty());
    CHECK(matcher.credit(kAda, kMug + 1, 2'000, 1).empty());
}

}  // namespace
}  // namespace shop::demo
