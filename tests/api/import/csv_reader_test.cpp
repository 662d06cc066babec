// Comma-separated values as a stream (api/import/csv_reader).
#include "api/import/csv_reader.hpp"

#include <catch2/catch.hpp>
#include <random>

namespace shop::import {
namespace {

std::string shown(const CsvRow& row) {
    std::string text = std::to_string(row.number) + ":";
    if (row.is_bad()) return text + "bad";
    for (const std::string& field : row.fields) text += "[" + field + "]";
    return text;
}

// All rows of `text`, fed in pieces of at most `piece` bytes, each row on a line.
std::string read_all(std::string_view text, std::size_t piece, CsvLimits limits = {}) {
    CsvReader reader(limits);
    CsvRow row;
    std::string all;
    const auto drain = [&] {
        while (reader.next(row)) all += shown(row) + "\n";
    };
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.feed(text.substr(at, piece));
        drain();
    }
    reader.finish();
    drain();
    return all;
}

struct Case {
    std::string_view text;
    std::string_view rows;
};

using namespace std::string_view_literals;

const Case kCases[] = {
    {"", ""},
    {"\n\r\n\n", ""},
    {"a,b\n", "1:[a][b]\n"},
    {"a,b", "1:[a][b]\n"},
    {"a,b\r\nc,d\r\n", "1:[a][b]\n2:[c][d]\n"},
    {"a,b\rc,d\r", "1:[a][b]\n2:[c][d]\n"},
    {"a,,\n", "1:[a][][]\n"},
    {",", "1:[][]\n"},
    {"\"\"", "1:[]\n"},
    {"a\n\n\nb\n", "1:[a]\n4:[b]\n"},
    {"\"a,b\",c\n", "1:[a,b][c]\n"},
    {"\"a\"\"b\",\"\"\"\"\n", "1:[a\"b][\"]\n"},
    {"\"a\r\nb\"\nc\n", "1:[a\r\nb]\n2:[c]\n"},
    {"\xEF\xBB\xBF"
     "a,b\n",
     "1:[a][b]\n"},
    {"\xEF\xBB\xBF\"a\",b\n", "1:[a][b]\n"},
    {"\xEF\xBBx\n", "1:bad\n"},
    {"a\"b,c\nd\n", "1:bad\n2:[d]\n"},
    {"\"a\"b,c\nd\n", "1:bad\n2:[d]\n"},
    {"\"a\"b,\"x\ny\"\nd\n", "1:bad\n2:[d]\n"},
    {"\"a\nb\nc", "1:bad\n"},
    {"\xff\nd\n", "1:bad\n2:[d]\n"},
    {"\xC0\x80\n\xED\xA0\x80\n\xF4\x90\x80\x80\n\xE0\x80\x80\n", "1:bad\n2:bad\n3:bad\n4:bad\n"},
    {"a\0b\nd\n"sv, "1:bad\n2:[d]\n"},
    {"Prix 5 €,né\n", "1:[Prix 5 €][né]\n"},
};

TEST_CASE("a price list reads the same in pieces of any size") {
    for (const Case& c : kCases) {
        INFO(c.text);
        for (std::size_t piece = 1; piece <= 8; ++piece) CHECK(read_all(c.text, piece) == c.rows);
        CHECK(read_all(c.text, 1 << 20) == c.rows);
    }
}

TEST_CASE("an endless line becomes one bad row, and the next row is read") {
    CsvReader reader;
    CsvRow row;
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 100; ++i) {
        reader.feed(piece);
        REQUIRE_FALSE(reader.next(row));
    }
    reader.feed("\na,b\n");
    REQUIRE(reader.next(row));
    CHECK(row.problem.contains("longer than"));
    REQUIRE(reader.next(row));
    CHECK(shown(row) == "2:[a][b]");
}

TEST_CASE("a row of very many fields is bad, and the next row is read") {
    CHECK(read_all(std::string(1000, ',') + "\na\n", 7) == "1:bad\n2:[a]\n");
    CHECK(read_all(std::string(62, ',') + "\n", 7).starts_with("1:[]"));
}

TEST_CASE("a long quoted field is skipped with its line ends") {
    const std::string text =
        "\"" + std::string(50, 'x') + "\n\"\"" + std::string(50, 'y') + "\",z\nnext\n";
    CHECK(read_all(text, 9, CsvLimits{20, 64}) == "1:bad\n2:[next]\n");
}

TEST_CASE("no bytes whatever upset the reader") {
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    constexpr std::string_view kAlphabet = "a,\"\n\r\xC3\xA9\0"sv;
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (unsigned n = random() % 40; n > 0; --n)
            text.push_back(kAlphabet[random() % kAlphabet.size()]);
        const std::string whole = read_all(text, 1 << 20, CsvLimits{24, 4});
        REQUIRE(read_all(text, 1 + random() % 5, CsvLimits{24, 4}) == whole);
    }
}

}  // namespace
}  // namespace shop::import
