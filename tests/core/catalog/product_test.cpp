// A product: what it is called, and whether it is for sale.
#include <catch2/catch.hpp>

#include "tests/core/catalog/product_support.hpp"

namespace shop::product {
namespace {

using tests::given;
using tests::given_nothing;
using tests::on;

TEST_CASE("a product begins as a draft, and its id is taken then") {
    auto scenario = given_nothing();
    scenario.when(Create{kMug, mug_details()}).then(on(kMug, mug_details()));
    CHECK(mug(scenario).status == Status::kDraft);
    CHECK_FALSE(is_open(mug(scenario)));
    scenario.when(Create{kMug, mug_details()}).then_refused("product-exists");
}

TEST_CASE("what is wrong with a new product is said field by field") {
    const auto refused = [](const Created& details, std::string_view pointer) {
        given_nothing().when(Create{kMug, details}).then_refused("invalid-request", pointer);
    };
    Created details = mug_details();
    details.title = "";
    refused(details, "/title");
    details.title = std::string(kTitleMax + 1, 'x');
    refused(details, "/title");
    details.title = "two\nlines";
    refused(details, "/title");
    details.title = " Mug";
    refused(details, "/title");
    details = mug_details();
    details.slug = "Mug";
    refused(details, "/slug");
    details.slug = "mug--red";
    refused(details, "/slug");
    details = mug_details();
    details.description = std::string(kDescriptionMax + 1, 'x');
    refused(details, "/description");
    details = mug_details();
    details.tax_class = "No Class";
    refused(details, "/tax_class");
    details = mug_details();
    details.options = {"color", "color"};
    refused(details, "/options");
    details.options = {"1", "2", "3", "4", "5", "6"};
    refused(details, "/options");
    details = mug_details();
    details.attributes["size"] = std::string(kValueMax + 1, 'x');
    refused(details, "/attributes/size");
}

TEST_CASE("a tax class must be one of the shop's") {
    const tests::TestCatalog catalog;
    Created details = mug_details();
    details.tax_class = "luxury";
    given_nothing()
        .with(catalog)
        .when(Create{kMug, details})
        .then_refused("invalid-request", "/tax_class");
}

TEST_CASE("whoever has not read the latest version changes nothing") {
    const std::uint64_t stale = 1;
    const CategoryId mugs = CategoryId::derive({"mugs"});
    const Command commands[] = {
        Publish{.product = kMug, .expected_version = stale},
        Unpublish{.product = kMug, .expected_version = stale},
        Archive{kMug, {}, stale},
        RemoveVariant{kMug, kRedId, {}, stale},
        RemovePrice{kMug, kRedId, {}, {}, stale},
        AssignCategory{kMug, mugs, stale},
        UnassignCategory{kMug, mugs, stale},
    };
    for (const Command& command : commands)
        std::visit([](const auto& each) { draft().when(each).then_refused("version-mismatch"); },
                   command);
}

TEST_CASE("an event of changed details holds only what changed") {
    auto scenario = draft();
    scenario.when(ChangeDetails{kMug, {.title = "Mug", .description = "Holds coffee."}, {}})
        .then(on(kMug, DetailsChanged{.description = "Holds coffee."}));
    scenario.when(ChangeDetails{kMug, {.title = "Mug"}, {}}).then_nothing();
    scenario.when(ChangeDetails{kMug, {.title = ""}, {}}).then_refused("invalid-request", "/title");
    scenario.when(ChangeDetails{kMug, {.title = "Cup"}, 1}).then_refused("version-mismatch");
    scenario.when(ChangeDetails{kMug, {.options = std::vector<std::string>{}}, {}})
        .then_refused("invalid-request", "/options");
    given_nothing().when(ChangeDetails{kMug, {}, {}}).then_refused("unknown-product");
}

TEST_CASE("a product is published once its slug and SKUs are claimed") {
    auto scenario = draft();
    scenario.when(Publish{kMug})
        .then(on(
            kMug,
            KeysRequested{.request = 1, .keys = {slug("mug"), sku("MUG-RED")}, .channel = "main"}));
    CHECK(mug(scenario).status == Status::kDraft);
    CHECK(is_open(mug(scenario)));
    scenario.when(Publish{kMug}).then_nothing();
    scenario.when(RecordKeys{kMug, 1, {}}).then(on(kMug, Published{"main"}));
    CHECK(mug(scenario).status == Status::kPublished);
    CHECK(mug(scenario).owns(slug("mug")));
    CHECK_FALSE(is_open(mug(scenario)));
    scenario.when(Publish{kMug}).then_nothing();
    scenario.when(RecordKeys{kMug, 1, {slug("mug")}}).then_nothing();
}

TEST_CASE("a product without a variant cannot be published") {
    given(on(kMug, mug_details())).when(Publish{kMug}).then_refused("nothing-to-sell");
}

TEST_CASE("a product whose slug is in use stays a draft, and lets all keys go") {
    auto scenario = draft();
    scenario.when(Publish{kMug})
        .when(RecordKeys{kMug, 1, {slug("mug")}})
        .then(on(kMug, KeysRefused{1, {slug("mug")}}));
    CHECK(mug(scenario).status == Status::kDraft);
    CHECK(mug(scenario).keys.empty());
    CHECK(mug(scenario).refused->keys == std::vector{slug("mug")});
    CHECK(is_open(mug(scenario)));
    scenario.when(RecordReleasedKeys{kMug, 1}).then(on(kMug, EffectAnswered{1, "released"}));
    CHECK_FALSE(is_open(mug(scenario)));
    scenario.when(RecordReleasedKeys{kMug, 1}).then_nothing();
    scenario.when(ChangeSlug{kMug, "red-mug", {}})
        .then(on(kMug, SlugChanged{"red-mug", ""}))
        .when(Publish{kMug})
        .then(on(kMug,
                 KeysRequested{
                     .request = 2, .keys = {slug("red-mug"), sku("MUG-RED")}, .channel = "main"}));
    CHECK_FALSE(mug(scenario).refused);
}

TEST_CASE("a product taken off and put on again needs no keys") {
    published()
        .when(Unpublish{kMug})
        .then(on(kMug, Unpublished{"main"}))
        .when(Unpublish{kMug})
        .then_nothing()
        .when(Publish{kMug})
        .then(on(kMug, Published{"main"}));
}

TEST_CASE("a publication that waits for keys can be taken back") {
    auto scenario = draft();
    scenario.when(Publish{kMug}).when(Unpublish{kMug}).then(on(kMug, KeysRefused{1, {}}));
    CHECK_FALSE(mug(scenario).request);
    CHECK(mug(scenario).releasing.size() == 1);
    scenario.when(RecordKeys{kMug, 1, {}}).then_nothing();
    CHECK(mug(scenario).status == Status::kDraft);
}

TEST_CASE("the slug of a published product changes once the new one is claimed") {
    auto scenario = published();
    scenario.when(ChangeSlug{kMug, "cup", {}})
        .then(on(kMug,
                 KeysRequested{.request = 2, .keys = {slug("cup")}, .purpose = Purpose::kSlug}));
    CHECK(mug(scenario).slug == "mug");
    scenario.when(ChangeSlug{kMug, "beaker", {}}).then_refused("keys-under-way");
    scenario.when(RecordKeys{kMug, 2, {}}).then(on(kMug, SlugChanged{"cup", "mug"}));
    CHECK(mug(scenario).slug == "cup");
    scenario.when(ChangeSlug{kMug, "mug", {}}).then(on(kMug, SlugChanged{"mug", "cup"}));
    scenario.when(ChangeSlug{kMug, "mug", {}}).then_nothing();
    scenario.when(ChangeSlug{kMug, "A Mug", {}}).then_refused("invalid-request", "/slug");
}

TEST_CASE("a published product whose new slug is in use keeps its old one") {
    auto scenario = published();
    scenario.when(ChangeSlug{kMug, "cup", {}}).when(RecordKeys{kMug, 2, {slug("cup")}});
    CHECK(mug(scenario).slug == "mug");
    CHECK(mug(scenario).status == Status::kPublished);
    CHECK(mug(scenario).owns(slug("mug")));
}

TEST_CASE("an archived product cannot be changed any more") {
    auto scenario = published();
    scenario.when(Archive{kMug}).then(on(kMug, Archived{})).when(Archive{kMug}).then_nothing();
    scenario.when(Publish{kMug}).then_refused("product-archived");
    scenario.when(ChangeSlug{kMug, "cup", {}}).then_refused("product-archived");
    scenario.when(Import{.product = kMug, .slug = "mug"}).then_refused("product-archived");
    given_nothing().when(Archive{kMug}).then_refused("unknown-product");
}

TEST_CASE("archiving a product that waits for keys lets them go") {
    auto scenario = draft();
    scenario.when(Publish{kMug}).when(Archive{kMug});
    CHECK(mug(scenario).releasing.size() == 1);
    scenario.when(RecordKeys{kMug, 1, {}}).then_nothing();
    CHECK(mug(scenario).status == Status::kArchived);
}

}  // namespace
}  // namespace shop::product
