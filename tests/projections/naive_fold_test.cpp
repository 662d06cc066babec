// The views of a random history against the naive fold in Python that judges real shops too
// (tests/e2e/naive_fold.py): every table, every column.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "projections/storefront/storefront.hpp"
#include "tests/support/shop_year.hpp"
#include "tests/support/source_folder.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

constexpr std::string_view kSchema = "storefront_1";

// As `shopverse log read --json` prints it.
void write_log(const ShopLog& log, const std::filesystem::path& file) {
    std::ofstream out(file);
    for (const ShopLog::Entry& entry : log.entries()) {
        const bool is_record = entry.bytes.find("\"events\":") != std::string::npos;
        out << R"({"verdict":")" << (is_record ? "record" : "claim") << R"(","entry":)"
            << entry.bytes << "}\n";
    }
}

// What the naive fold finds wrong with the view; empty if nothing.
std::string naive_difference(const ShopLog& log, const TestDatabase& postgres) {
    const TempFolder folder;
    write_log(log, folder.path / "log");
    const std::string said = folder.path / "said";
    const std::string command =
        fmt::format("/usr/bin/python3 {}/tests/e2e/naive_check.py {} '{}' {} >{} 2>&1",
                    tests::source_folder().string(), (folder.path / "log").string(),
                    postgres.conninfo(), kSchema, said);
    const int status = std::system(command.c_str());
    std::stringstream text;
    text << std::ifstream(said).rdbuf();
    if (status != 0) return "naive_check.py failed: " + text.str();
    return text.str();
}

}  // namespace

TEST_CASE("every row of the views is what a naive fold makes of the same log", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    const std::uint32_t seed = GENERATE(11U, 12U);
    CAPTURE(seed);
    ShopLog source;
    ShopYear(source, seed).live(900);
    const int version = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, version).catch_up();
    CHECK(naive_difference(source, postgres) == "");

    SECTION("control: a wrong value is found") {
        auto database = postgres.connect();
        REQUIRE(database.execute("UPDATE storefront_1.sale SET credited = credited + 1"));
        CHECK(naive_difference(source, postgres).starts_with("sale: "));
    }
}

}  // namespace shop::tests
