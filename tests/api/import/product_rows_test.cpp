// The rows of a catalog file: what is taken, what is refused, and how it is said.
#include <catch2/catch.hpp>

#include "api/import/product_rows.hpp"
#include "api/import/row_cells.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::import {
namespace {

constexpr std::string_view kHeader =
    "slug,title,description,category,sku,options,price,currency,tax_class,weight_g,barcode,stock,"
    "color,material\n";

struct Parsed {
    Status header;
    std::vector<ProductRows> products;
    std::vector<BadRow> bad;
};

Parsed parse(const std::string& text) {
    static const tests::TestCatalog catalog;
    Parsed parsed;
    RowReader rows(catalog, Time{});
    CsvReader csv;
    csv.feed(text);
    csv.finish();
    CsvRow row;
    for (bool is_header = true; csv.next(row); is_header = false) {
        if (is_header)
            parsed.header = rows.take_header(row);
        else
            rows.take(row, parsed.products);
        if (!parsed.header) return parsed;
    }
    rows.finish(parsed.products);
    parsed.bad = rows.take_bad();
    return parsed;
}

Parsed rows(const std::string& text) {
    return parse(std::string(kHeader) + text);
}

// The reason for which the only row is refused.
std::string reason(const std::string& row) {
    const Parsed parsed = rows(row);
    REQUIRE(parsed.bad.size() == 1);
    CHECK(parsed.bad[0].row == 2);
    CHECK(parsed.products.empty());
    return parsed.bad[0].reason;
}

TEST_CASE("a row is a variant with its price, its stock and what is said of its product") {
    const Parsed parsed = rows(
        "mug,Mug,Holds tea.,Kitchen > Mugs,MUG-1,color=Red; "
        "size=L,9.95,GBP,standard,300,501,24,Red,"
        "Ceramic\n");
    REQUIRE(parsed.bad.empty());
    REQUIRE(parsed.products.size() == 1);
    const ProductRows& product = parsed.products[0];
    CHECK(product.slug == "mug");
    CHECK(product.details.title == "Mug");
    CHECK(product.details.tax_class == "standard");
    CHECK(product.details.options == std::vector<std::string>{"color", "size"});
    CHECK(product.details.attributes->at("material") == "Ceramic");
    CHECK(product.category == std::vector<std::string>{"Kitchen", "Mugs"});
    const VariantRow& row = product.variants.at(0);
    CHECK(row.variant.sku == "MUG-1");
    CHECK(row.variant.weight_g == 300);
    CHECK(row.variant.barcode == "501");
    CHECK(row.stock == 24);
    REQUIRE(row.variant.prices.size() == 1);
    CHECK(row.variant.prices[0].price.money == tests::gbp(995));
    CHECK(row.variant.prices[0].includes_tax);
}

TEST_CASE("rows of one slug are one product; what they share need not be repeated") {
    const Parsed parsed = rows(
        "mug,Mug,,Mugs,M-1,color=Red,9.95,GBP,,,,,,\n"
        "mug,,,,M-2,color=Blue,9.95,GBP,,,,,,\n"
        "cup,Cup,,,C-1,,5,GBP,,,,,,\n");
    REQUIRE(parsed.bad.empty());
    REQUIRE(parsed.products.size() == 2);
    CHECK(parsed.products[0].variants.size() == 2);
    CHECK(parsed.products[0].variants[1].row == 3);
    CHECK_FALSE(parsed.products[1].variants[0].stock);
}

TEST_CASE("a header with an unknown, doubled or missing column is refused by name") {
    const auto header = [](const std::string& text) { return parse(text).header.error().message; };
    CHECK_THAT(header("slug,titel,sku,price,currency\n"), Catch::Contains("\"titel\""));
    CHECK_THAT(header("slug,title,title,sku,price,currency\n"), Catch::Contains("twice"));
    CHECK_THAT(header("slug,title,sku,price\n"), Catch::Contains("\"currency\""));
    const std::string long_name = header("slug,xé" + std::string(56, 'x') + "éé\n");
    CHECK(is_plain_utf8(long_name));
    CHECK_THAT(long_name, Catch::Contains("xx\""));
    CHECK(parse("price,currency,sku,title,slug\n").header);
}

TEST_CASE("a column that is missing tells nothing, an empty cell empties what it names") {
    const Parsed few = parse("slug,title,sku,price,currency\nmug,Mug,M-1,1,GBP\n");
    REQUIRE(few.products.size() == 1);
    CHECK_FALSE(few.products[0].details.description);
    CHECK_FALSE(few.products[0].details.attributes);
    CHECK_FALSE(few.products[0].variants[0].variant.barcode);
    const Parsed all = rows("mug,Mug,,,M-1,,1,GBP,,,,,,\n");
    CHECK(all.products[0].details.description == "");
    CHECK(all.products[0].details.attributes->at("color").empty());
}

TEST_CASE("what is wrong in a row is said in words") {
    CHECK_THAT(reason("A Mug,Mug,,,M-1,,1,GBP,,,,,,\n"), Catch::Contains("slug"));
    CHECK_THAT(reason("mug,,,,M-1,,1,GBP,,,,,,\n"), Catch::StartsWith("title"));
    CHECK_THAT(reason("mug,Mug,,,,,1,GBP,,,,,,\n"), Catch::StartsWith("sku"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,cheap,GBP,,,,,,\n"), Catch::StartsWith("price"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,1.999,GBP,,,,,,\n"), Catch::StartsWith("price"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,-1,GBP,,,,,,\n"), Catch::StartsWith("price"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,1.5,JPY,,,,,,\n"), Catch::Contains("0 decimals"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,1,POUND,,,,,,\n"), Catch::StartsWith("currency"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,1,GBP,luxury,,,,,\n"), Catch::StartsWith("tax_class"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,1,GBP,,heavy,,,,\n"), Catch::StartsWith("weight_g"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,1,GBP,,,,-3,,\n"), Catch::StartsWith("stock"));
    CHECK_THAT(reason("mug,Mug,,,M-1,,1,GBP,,,,2000000000,,\n"), Catch::StartsWith("stock"));
    CHECK_THAT(reason("mug,Mug,,,M-1,red,1,GBP,,,,,,\n"), Catch::StartsWith("options"));
    CHECK_THAT(reason("mug,Mug,,!!!,M-1,,1,GBP,,,,,,\n"), Catch::StartsWith("category"));
    CHECK_THAT(reason("mug,Mug,M-1\n"), Catch::Contains("3 cells"));
}

TEST_CASE("nothing of a bad row is taken, everything of the good ones around it") {
    const Parsed parsed = rows(
        "mug,Mug,,,M-1,color=Red,9.95,GBP,,,,,,\n"
        "mug,Mug,,,M-2,color=Red,9.95,GBP,,,,,,\n"
        "mug,Other,,,M-3,color=Blue,9.95,GBP,,,,,,\n"
        "mug,Mug,,,M-4,color=Blue,9.95,GBP,,,,,,\n"
        "cup,Cup,,,M-1,,5,GBP,,,,,,\n"
        "mug,Mug,,,M-5,color=Green,9.95,GBP,,,,,,\n");
    REQUIRE(parsed.products.size() == 1);
    REQUIRE(parsed.products[0].variants.size() == 2);
    CHECK(parsed.products[0].variants[1].variant.sku == "M-4");
    REQUIRE(parsed.bad.size() == 4);
    CHECK_THAT(parsed.bad[0].reason, Catch::Contains("options are those of row 2"));
    CHECK_THAT(parsed.bad[1].reason, Catch::StartsWith("title differs"));
    CHECK_THAT(parsed.bad[2].reason, Catch::Contains("SKU is that of row 2"));
    CHECK_THAT(parsed.bad[3].reason, Catch::Contains("began in row 2"));
}

TEST_CASE("a product begins with its first good row") {
    const Parsed parsed = rows(
        "mug,,,,M-1,,9.95,GBP,,,,,,\n"
        "mug,Mug,,,M-2,,9.95,GBP,,,,,,\n");
    REQUIRE(parsed.bad.size() == 1);
    REQUIRE(parsed.products.size() == 1);
    CHECK(parsed.products[0].details.title == "Mug");
}

TEST_CASE("a slug is made of what a title has of letters and digits") {
    CHECK(slug_of("Tea & Coffee") == "tea-coffee");
    CHECK(slug_of("  Dr. Jam's 3-in-1!") == "dr-jams-3-in-1");
    CHECK(slug_of("£££").empty());
}

}  // namespace
}  // namespace shop::import
