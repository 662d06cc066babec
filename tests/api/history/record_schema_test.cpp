// The pages that tell others of the format: the JSON Schema, and the how-to with its example.
#include "api/history/record_schema.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "api/history/record_text.hpp"
#include "core/json/document.hpp"
#include "tests/support/source_folder.hpp"

namespace shop::history {
namespace {

std::filesystem::path docs_folder() {
    return tests::source_folder() / "docs";
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_CASE("docs/history.schema.json tells the format that is read", "[golden]") {
    const auto path = docs_folder() / "history.schema.json";
    const std::string schema = record_schema();
    if (read_file(path) == schema) return;
    std::ofstream(path, std::ios::binary) << schema;
    FAIL_CHECK("wrote " << path << "; look at it and commit it");
}

TEST_CASE("the schema of the format is JSON and defines all that it refers to") {
    const std::string schema = record_schema();
    json::Document document;
    const auto root = document.parse(schema);
    REQUIRE(root);
    const auto definitions = root->find("$defs");
    REQUIRE(definitions);
    std::size_t references = 0;
    constexpr std::string_view kReference = "\"#/$defs/";
    for (std::size_t at = schema.find(kReference); at != schema.npos;
         at = schema.find(kReference, at + 1), ++references) {
        const std::size_t begin = at + kReference.size();
        const std::string name = schema.substr(begin, schema.find('"', begin) - begin);
        INFO(name);
        CHECK(definitions->find(name));
    }
    CHECK(references > 8);
}

// The page breaks long records; what goes on begins with a blank.
std::vector<std::string> records_of_the_page() {
    const std::string page = read_file(docs_folder() / "how-to" / "import-history.md");
    constexpr std::string_view kFence = "```ndjson\n";
    const std::size_t begin = page.find(kFence) + kFence.size();
    std::vector<std::string> records;
    for (std::size_t at = begin; page.at(at) != '`'; at = page.find('\n', at) + 1) {
        if (page.at(at) == '{') records.emplace_back();
        records.back() += page.substr(at, page.find('\n', at) - at);
    }
    return records;
}

TEST_CASE("the records that docs/how-to/import-history.md shows are good ones") {
    const auto records = records_of_the_page();
    CHECK(records.size() == 7);
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto record = RecordReader().read(records[i], i + 1);
        INFO((record ? records[i] : record.error().message));
        CHECK(record);
    }
}

}  // namespace
}  // namespace shop::history
