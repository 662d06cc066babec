// What a staff member is told of a catalog file, and what becomes of it (api/endpoints/
// admin_imports).
#include <set>

#include "core/catalog/category.hpp"
#include "tests/api/endpoints/import_shop.hpp"

namespace shop::api {
namespace {

using tests::ImportShop;
using tests::kCatalogHeader;
using tests::mugs;

TEST_CASE("a file becomes products on sale, with their categories and their stock") {
    ImportShop shop;
    CHECK(shop.report_of(mugs(5)) == import::ImportReport{.rows = 5, .products = 5, .accepted = 5});
    const auto mug = shop.catalog().find_sku("MUG-3");
    REQUIRE(mug);
    CHECK(mug->state.categories == std::vector{category::category_of("kitchen-mugs")});
    CHECK(shop.on_hand("MUG-3") == 3);
}

TEST_CASE("the same file again changes nothing, not even the log") {
    ImportShop shop;
    shop.report_of(mugs(5));
    const Offset before = shop.log_length();
    CHECK(shop.report_of(mugs(5)) ==
          import::ImportReport{.rows = 5, .products = 5, .unchanged = 5});
    CHECK(shop.log_length() == before);
    CHECK(shop.report_of(mugs(5, "8.50")).accepted == 5);
}

TEST_CASE("bad rows are named by number and reason, and all others are applied") {
    ImportShop shop;
    shop.report_of(mugs(1));
    const auto report = shop.report_of(std::string(kCatalogHeader) +
                                       "pot,Pot,,,POT-1,,cheap,GBP,,,,1,,\n"
                                       "pan,Pan,,,PAN-1,,5,GBP,,,,1,,\n"
                                       "cup,Cup,,,MUG-1,,5,GBP,,,,1,,\n"
                                       "lid,Lid,,,PAN-1,,5,GBP,,,,9,,\n");
    CHECK(report.rows == 4);
    CHECK(report.accepted == 1);
    CHECK(report.refused == 3);
    REQUIRE(report.bad_rows.size() == 3);
    CHECK(report.bad_rows[0].row == 2);
    CHECK(report.bad_rows[0].reason.find("price") != std::string::npos);
    CHECK(report.bad_rows[1].row == 4);
    CHECK(report.bad_rows[1].reason == "the SKU is in use by the product mug-1");
    CHECK(report.bad_rows[2].row == 5);
    CHECK(report.bad_rows[2].reason.find("row 3") != std::string::npos);
    CHECK(shop.on_hand("PAN-1") == 1);
    CHECK(shop.catalog().find_any_sku("POT-1") == nullptr);
}

TEST_CASE("a SKU of a product that is no longer on sale stays that product's") {
    for (const std::string how : {"unpublish", "archive"}) {
        ImportShop shop;
        shop.report_of(mugs(1));
        shop.withdraw("mug-1", how);
        const auto report = shop.report_of(std::string(kCatalogHeader) +
                                           "cup,Cup,,,MUG-1,color=Red,5,GBP,,,,1,,\n"
                                           "cup,Cup,,,CUP-2,color=Blue,5,GBP,,,,7,,\n");
        CHECK(report.accepted == 1);
        REQUIRE(report.bad_rows.size() == 1);
        CHECK(report.bad_rows[0] == import::BadRow{2, "the SKU is in use by the product mug-1"});
        const auto cup = shop.catalog().find_sku("CUP-2");
        REQUIRE(cup);
        CHECK(cup->state.variants.size() == 1);
        CHECK(shop.on_hand("CUP-2") == 7);
        const auto mug = shop.catalog().find_any_sku("MUG-1");
        CHECK(mug->state.slug == "mug-1");
    }
}

TEST_CASE("of two files that bring the same SKU at once, one loses that row and no other") {
    ImportShop shop;
    const auto file = [](const std::string& slug) {
        return std::string(kCatalogHeader) + slug + ",Title,,,SHARED,color=Red,5,GBP,,,,1,,\n" +
               slug + ",Title,,," + slug + "-OWN,color=Blue,5,GBP,,,,7,,\n";
    };
    const std::string path(ImportShop::kImports);
    const auto answers =
        shop.call_together({{.method = http::Method::kPost, .path = path, .body = file("cup")},
                            {.method = http::Method::kPost, .path = path, .body = file("pot")}});
    std::uint64_t accepted = 0;
    for (const http::Response& answer : answers) accepted += ImportShop::report_in(answer).accepted;
    CHECK(accepted == 3);
    const auto owner = shop.catalog().find_sku("SHARED");
    REQUIRE(owner);
    for (const std::string slug : {"cup", "pot"}) {
        const auto product = shop.catalog().find_sku(slug + "-OWN");
        REQUIRE(product);
        CHECK(product->state.variants.size() == (product->id == owner->id ? 2 : 1));
        CHECK(shop.on_hand(slug + "-OWN") == 7);
    }
}

TEST_CASE("a file whose header is wrong is refused whole") {
    ImportShop shop;
    const Offset before = shop.log_length();
    const http::Response unknown = shop.send("slug,titel,sku,price,currency\nmug,Mug,M-1,1,GBP\n");
    CHECK(unknown.status == 400);
    CHECK(unknown.body.find("titel") != std::string::npos);
    CHECK(shop.send("").status == 400);
    CHECK(shop.log_length() == before);
}

TEST_CASE("products of every partition find categories, wherever those live") {
    ImportShop shop({3, 2, 1});
    const auto report = shop.report_of(mugs(12));
    CHECK(report == import::ImportReport{.rows = 12, .products = 12, .accepted = 12});
    const SlotMap map({3, 2, 1});
    std::set<Partition> partitions;
    for (int i = 1; i <= 12; ++i) {
        const auto mug = shop.catalog().find_sku("MUG-" + std::to_string(i));
        REQUIRE(mug);
        CHECK(mug->state.categories == std::vector{category::category_of("kitchen-mugs")});
        partitions.insert(map.partition_of(mug->id));
    }
    CHECK(partitions.size() == 3);
}

}  // namespace
}  // namespace shop::api
