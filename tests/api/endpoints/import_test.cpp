// What a staff member is told of a catalog file, and what becomes of it (api/endpoints/
// admin_imports).
#include <catch2/catch.hpp>
#include <set>

#include "api/import/product_importer.hpp"
#include "core/catalog/category.hpp"
#include "core/json/decode.hpp"
#include "core/stock/stock.hpp"
#include "tests/api/endpoints/memory_shop.hpp"

namespace shop::api {

void add_admin_import_routes(http::Routes& routes, Services& services);
void add_admin_product_routes(http::Routes& routes, Services& services);

namespace {

constexpr std::string_view kHeader =
    "slug,title,description,category,sku,options,price,currency,tax_class,weight_g,barcode,stock,"
    "color,material\n";

// Mugs of one category, each in a slot of its own.
std::string mugs(int count, std::string_view price = "9.95") {
    std::string text(kHeader);
    for (int i = 1; i <= count; ++i) {
        const std::string n = std::to_string(i);
        text += "mug-" + n + ",Mug " + n + ",Holds tea.,Kitchen > Mugs,MUG-" + n + ",," +
                std::string(price) + ",GBP,,300,," + n + ",Red,Ceramic\n";
    }
    return text;
}

void add_routes(http::Routes& routes, Services& services) {
    add_admin_import_routes(routes, services);
    add_admin_product_routes(routes, services);
}

constexpr std::string_view kImports = "/api/v1/admin/imports/products";

struct ImportShop : tests::MemoryShop {
    explicit ImportShop(Partitions partitions = {1, 2, 1}) : MemoryShop(&add_routes, partitions) {}

    http::Response send(const std::string& file) {
        return call(http::Method::kPost, std::string(kImports), file);
    }
    import::ImportReport report_of(const std::string& file) { return report_in(send(file)); }
    static import::ImportReport report_in(const http::Response& answer) {
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        return json::from_json<import::ImportReport>(answer.body, json::Missing::kIsError).value();
    }
    // "unpublish" or "archive", of the product with that slug.
    void withdraw(const std::string& slug, const std::string& how) {
        const std::string product = catalog().find_slug(slug)->id.to_string();
        const std::string path = "/api/v1/admin/products/" + product + "/" + how;
        REQUIRE(call(http::Method::kPost, path, "").status == 200);
    }
    std::int64_t on_hand(const std::string& sku) {
        const auto product = catalog().find_sku(sku);
        REQUIRE(product);
        const std::string& item = product->state.find_sku(sku)->variant.inventory_item;
        return state<stock::State>(stock::stock_of(item)).on_hand;
    }
};

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
    const auto report = shop.report_of(std::string(kHeader) +
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
        const auto report = shop.report_of(std::string(kHeader) +
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
        return std::string(kHeader) + slug + ",Title,,,SHARED,color=Red,5,GBP,,,,1,,\n" + slug +
               ",Title,,," + slug + "-OWN,color=Blue,5,GBP,,,,7,,\n";
    };
    const std::string path(kImports);
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
