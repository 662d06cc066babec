// The catalog made of a real shop's year.
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "api/demo/demo_catalog.hpp"
#include "api/demo/tables.hpp"
#include "api/import/product_rows.hpp"
#include "tests/support/source_folder.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::demo {
namespace {

Tables tables() {
    auto loaded = Tables::load(tests::source_folder() / "demo" / "catalog");
    REQUIRE(loaded);
    return std::move(*loaded);
}

TEST_CASE("descriptions in capitals become titles a shopper can read") {
    const Tables table = tables();
    const auto title = [&](std::string_view text) { return table.title_of(text); };
    CHECK(title("WHITE HANGING HEART T-LIGHT HOLDER") == "White Hanging Heart T-Light Holder");
    CHECK(title("SET OF 3 CAKE TINS PANTRY DESIGN ") == "Set of 3 Cake Tins Pantry Design");
    CHECK(title("ASSORTED COLOUR BIRD ORNAMENT") == "Assorted Colour Bird Ornament");
    CHECK(title("RETRO \"TEA FOR ONE\" ") == "Retro \"Tea for One\"");
    CHECK(title("STRING OF 8 BUTTERFLIES,PINK") == "String of 8 Butterflies, Pink");
    CHECK(title("POLYESTER FILLER PAD 45x45cm") == "Polyester Filler Pad 45x45cm");
    CHECK(title("CHILDREN'S CIRCUS PARADE MUG") == "Children's Circus Parade Mug");
    CHECK(title("*Boombox Ipod Classic") == "Boombox Ipod Classic");
    CHECK(title("PINK B'FLY C/COVER W BOBBLES") == "Pink Butterfly Cushion Cover with Bobbles");
    CHECK(title("SET/6 TURQUOISE BUTTERFLY T-LIGHTS") == "Set of 6 Turquoise Butterfly T-Lights");
    CHECK(title("SILVER/BLACK ORBIT NECKLACE") == "Silver/Black Orbit Necklace");
}

TEST_CASE("a product's category is what it is, not what is on it") {
    const Tables table = tables();
    const auto category = [&](std::string_view title) {
        return table.category_of(words_of(title));
    };
    CHECK(category("Jam Jar with Pink Lid") == "Kitchen");
    CHECK(category("Set/4 Blue Flower Candles in Bowl") == "Candles");
    CHECK(category("Kings Choice Mug") == "Tea & Coffee");
    CHECK(category("Christmas Star Wish List Chalkboard") == "Christmas");
    CHECK(category("Pink Flower") == "Flowers & Foliage");
    CHECK(category("Nothing Anybody Knows") == "Other");
}

TEST_CASE("colors and materials are the first that the title names") {
    const Tables table = tables();
    CHECK(table.color_of(words_of("Red and Blue Mug")) == "Red");
    CHECK(table.color_of(words_of("Wooden Horse")).empty());
    CHECK(table.material_of(words_of("Wooden Box with Glass Lid")) == "Wood");
}

TEST_CASE("the real catalog has 3,798 products, each with a good row") {
    const auto file = demo_catalog(tests::source_folder() / "demo");
    REQUIRE(file);
    const tests::TestCatalog catalog;
    import::RowReader rows(catalog, Time{});
    import::CsvReader csv;
    csv.feed(*file);
    csv.finish();
    import::CsvRow row;
    REQUIRE(csv.next(row));
    REQUIRE(rows.take_header(row));
    std::vector<import::ProductRows> products;
    while (csv.next(row)) rows.take(row, products);
    rows.finish(products);
    CHECK(rows.take_bad().empty());
    CHECK(products.size() == 3'798);
    std::size_t without_category = 0;
    std::set<std::string> categories;
    for (const import::ProductRows& product : products) {
        CHECK(product.variants[0].stock >= 24);
        if (product.category[0] == "Other") ++without_category;
        categories.insert(product.category[0]);
    }
    CHECK(without_category == 0);
    CHECK(categories.size() == 36);
}

TEST_CASE("the demo's data that cannot be found is asked for by name") {
    const auto file = demo_catalog("/nowhere");
    REQUIRE_FALSE(file);
    CHECK(file.error().type == "no-demo-data");
    CHECK_THAT(file.error().message, Catch::Contains("--demo-files"));
}

}  // namespace
}  // namespace shop::demo
