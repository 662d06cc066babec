// What a catalog file would change, and then does (api/endpoints/admin_imports, dry_run=1).
#include "core/catalog/product.hpp"
#include "tests/api/endpoints/import_shop.hpp"

namespace shop::api {
namespace {

using import::BadRow;
using import::ImportChanges;
using import::ImportReport;
using import::LevelChange;
using tests::ImportShop;
using tests::kCatalogHeader;
using tests::mugs;

ImportReport without_changes(ImportReport report) {
    report.changes.reset();
    return report;
}

std::int64_t price_of(ImportShop& shop, const std::string& sku) {
    const auto product = shop.catalog().find_sku(sku);
    REQUIRE(product);
    return product->state.find_sku(sku)->prices.front().price.money.minor_units;
}

// The dry run's report, whose import then came to the same.
ImportReport tried_and_done(ImportShop& shop, const std::string& file) {
    const Offset before = shop.log_length();
    const ImportReport tried = shop.dry_report_of(file);
    CHECK(shop.log_length() == before);
    REQUIRE(tried.changes);
    const ImportReport done = shop.report_of(file);
    CHECK_FALSE(done.changes);
    CHECK(without_changes(tried) == done);
    return tried;
}

// Of three mugs: another price, less of one, more of one; what is wrong; and what is new.
std::string change_of_season() {
    return std::string(kCatalogHeader) +
           "mug-1,Mug 1,Holds tea.,Kitchen > Mugs,MUG-1,,8.50,GBP,,300,,1,Red,Ceramic\n"
           "mug-2,Mug 2,Holds tea.,Kitchen > Mugs,MUG-2,,9.95,GBP,,300,,9,Red,Ceramic\n"
           "mug-3,Mug 3,Holds tea.,Kitchen > Mugs,MUG-3,,9.95,GBP,,300,,1,Red,Ceramic\n"
           "mug-4,Mug 4,Holds tea.,Kitchen > Mugs,MUG-4,,9.95,GBP,,300,,4,Red,Ceramic\n"
           "cup,Cup,,,MUG-5,,5,GBP,,,,1,,\n"
           "pot,Pot,,Kitchen > Pots,POT-S,size=S,15,GBP,,,,2,,\n"
           "pot,Pot,,Kitchen > Pots,POT-L,size=L,25,GBP,,,,0,,\n"
           "pan,Pan,,,PAN,,cheap,GBP,,,,1,,\n";
}

TEST_CASE("a dry run of a file says what the import then does, and records nothing") {
    ImportShop shop;
    shop.report_of(mugs(5));
    const std::size_t products = shop.catalog().product_count();
    const std::int64_t mug_2 = shop.on_hand("MUG-2");
    const ImportReport tried = tried_and_done(shop, change_of_season());
    CHECK(tried.accepted == 5);
    CHECK(tried.unchanged == 1);
    REQUIRE(tried.bad_rows.size() == 2);
    CHECK(tried.bad_rows.front() == BadRow{6, "the SKU is in use by the product mug-5"});
    CHECK(*tried.changes ==
          ImportChanges{.categories_made = 1,
                        .products_made = 1,
                        .products_changed = 1,
                        .variants_added = 2,
                        .prices_changed = 1,
                        .levels_changed = 3,
                        .units_added = 9,
                        .units_removed = 2,
                        .levels = {{"MUG-2", mug_2, 9}, {"MUG-3", 3, 1}, {"POT-S", 0, 2}}});
    CHECK(shop.catalog().product_count() == products + 1);
    CHECK(price_of(shop, "MUG-1") == 850);
    for (const LevelChange& level : tried.changes->levels)
        CHECK(shop.on_hand(level.sku) == level.after);
}

TEST_CASE("a dry run of what the shop has already would change nothing") {
    ImportShop shop;
    shop.report_of(mugs(3));
    const ImportReport tried = shop.dry_report_of(mugs(3));
    CHECK(tried ==
          ImportReport{.rows = 3, .products = 3, .unchanged = 3, .changes = ImportChanges{}});
}

TEST_CASE("a product that only gets into a new category would change, and does") {
    ImportShop shop;
    shop.report_of(mugs(1));
    std::string moved = mugs(1);
    moved.replace(moved.find("Kitchen > Mugs"), 14, "Kitchen > Tea > For one");
    const ImportReport tried = tried_and_done(shop, moved);
    CHECK(tried.accepted == 1);
    CHECK(*tried.changes == ImportChanges{.categories_made = 2, .products_changed = 1});
}

// With a variant TAKEN, whose SKU it claims once it is published.
void make_draft(ImportShop& shop) {
    product::Import command{
        .product = product::imported_product("draft"), .slug = "draft", .details = {}};
    command.details.title = "Draft";
    command.variants = {{.sku = "TAKEN"}};
    command.publish = false;
    shop.record(command);
}

TEST_CASE("a SKU that an earlier product of the file takes is refused in a dry run too") {
    ImportShop shop;
    make_draft(shop);
    const std::string file = std::string(kCatalogHeader) +
                             "draft,Draft,,,FIRST,,5,GBP,,,,1,,\n"
                             "other,Other,,,TAKEN,,5,GBP,,,,1,,\n";
    const ImportReport tried = tried_and_done(shop, file);
    CHECK(tried.bad_rows == std::vector<BadRow>{{3, "the SKU is in use by another product"}});
    // What is left of the other one is a draft.
    CHECK(tried.changes->products_made == 1);
    CHECK(tried.changes->products_changed == 1);
    CHECK(tried.changes->variants_added == 1);
    const auto other = shop.state<product::State>(product::imported_product("other"));
    CHECK(other.status == product::Status::kDraft);
    CHECK(other.variants.empty());
}

TEST_CASE("a product that was there stays as it is if an earlier one takes all it would get") {
    ImportShop shop;
    shop.report_of(std::string(kCatalogHeader) + "other,Other,,,OWN,,5,GBP,,,,1,,\n");
    make_draft(shop);
    const std::string file = std::string(kCatalogHeader) +
                             "draft,Draft,,,FIRST,,5,GBP,,,,1,,\n"
                             "other,Other,,,TAKEN,,5,GBP,,,,1,,\n";
    const ImportReport tried = tried_and_done(shop, file);
    CHECK(tried.refused == 1);
    CHECK(tried.changes->products_made == 0);
    CHECK(tried.changes->products_changed == 1);
    CHECK(shop.catalog().find_slug("other")->state.variants.size() == 1);
}

TEST_CASE("of two variants that draw on one stock the later one finds what the earlier one set") {
    ImportShop shop;
    const std::string file = std::string(kCatalogHeader) +
                             "mug,Mug,,,MUG-1,color=Red,5,GBP,,,,3,,\n"
                             "mug,Mug,,,MUG-2,color=Blue,5,GBP,,,,4,,\n";
    shop.report_of(file);
    const auto mug = shop.catalog().find_slug("mug");
    product::Variant second = mug->state.find_sku("MUG-2")->variant;
    second.inventory_item = mug->state.find_sku("MUG-1")->variant.inventory_item;
    shop.record(product::ChangeVariant{mug->id, second, {}, {}});
    const ImportReport tried = tried_and_done(shop, file);
    CHECK(tried.changes->levels == std::vector<LevelChange>{{"MUG-2", 3, 4}});
    const ImportReport again = tried_and_done(shop, file);
    CHECK(again.changes->levels == std::vector<LevelChange>{{"MUG-1", 4, 3}, {"MUG-2", 3, 4}});
    CHECK(again.changes->units_added == again.changes->units_removed);
}

TEST_CASE("of many levels that would change the first are named and all are counted") {
    ImportShop shop;
    const ImportReport tried = shop.dry_report_of(mugs(1'001));
    REQUIRE(tried.changes);
    CHECK(tried.changes->levels_changed == 1'001);
    CHECK(tried.changes->levels.size() == import::kLevelsMax);
    CHECK(tried.changes->units_added == 1'001 * 1'002 / 2);
    CHECK(shop.catalog().product_count() == 0);
}

}  // namespace
}  // namespace shop::api
