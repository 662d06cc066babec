// Categories: a tree without loops, whose slugs are unique.
#include <catch2/catch.hpp>

#include "core/catalog/category.hpp"
#include "tests/support/given.hpp"

namespace shop::category {
namespace {

using tests::given;
using tests::given_nothing;
using tests::on;

const CategoryId kHome = category_of("home");
const CategoryId kMugs = category_of("mugs");

tests::Scenario tree() {
    return given(on(kHome, Created{"Home", "home", {}, 0}),
                 on(kMugs, Created{"Mugs", "mugs", kHome, 0}));
}

TEST_CASE("a category is made once; another with its slug is refused") {
    given_nothing()
        .when(Create{"Home", "home", {}, 2})
        .then(on(kHome, Created{"Home", "home", {}, 2}))
        .when(Create{"Home", "home", {}, 2})
        .then_nothing()
        .when(Create{"House", "home", {}, 2})
        .then_refused("slug-in-use");
}

TEST_CASE("a category needs a title, a slug in plain letters and a parent that exists") {
    given_nothing().when(Create{"", "home", {}, 0}).then_refused("invalid-request", "/title");
    given_nothing().when(Create{"Home", "Home!", {}, 0}).then_refused("invalid-request", "/slug");
    given_nothing()
        .when(Create{"Home", "home", {}, -1})
        .then_refused("invalid-request", "/position");
    given_nothing()
        .when(Create{"Mugs", "mugs", kHome, 0})
        .then_refused("invalid-request", "/parent");
}

TEST_CASE("a category never stands below itself") {
    tree().when(Move{kHome, kMugs, 0}).then_refused("category-cycle");
    tree().when(Move{kHome, kHome, 0}).then_refused("category-cycle");
    tree()
        .when(Move{kMugs, {}, 3})
        .then(on(kMugs, Moved{{}, 3}))
        .when(Move{kMugs, {}, 3})
        .then_nothing();
}

TEST_CASE("a title changes only if it is another one, and only for who read the latest version") {
    tree().when(Change{kMugs, "Cups", {}}).then(on(kMugs, Changed{"Cups"}));
    tree().when(Change{kMugs, "Mugs", {}}).then_nothing();
    tree().when(Change{kMugs, "Cups", 7}).then_refused("version-mismatch");
    tree().when(Change{category_of("none"), "Cups", {}}).then_refused("unknown-category");
}

TEST_CASE("a removed category is gone until it is made again") {
    tree()
        .when(Remove{kMugs})
        .then_types({"category.removed"})
        .when(Remove{kMugs})
        .then_refused("unknown-category")
        .when(Create{"Mugs again", "mugs", {}, 0})
        .then_types({"category.created"});
}

}  // namespace
}  // namespace shop::category
