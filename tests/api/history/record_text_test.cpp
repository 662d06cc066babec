// The format of a shop's history: what is written is read again, and what is wrong is told.
#include "api/history/record_text.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "api/history/record_checks.hpp"

namespace shop::history {
namespace {

using Catch::Contains;

const Currency kGbp = *Currency::parse("GBP");
const Time kAt = *parse_rfc3339("2010-12-01T08:26:00Z");

Result<HistoryRecord> read(std::string_view line) {
    return RecordReader().read(line, 7);
}

std::string written(const HistoryRecord& record) {
    std::string text;
    append_record(text, record);
    return text;
}

Order an_order() {
    return {.id = "536365",
            .at = kAt,
            .customer = "17850",
            .country = "GB",
            .currency = kGbp,
            .lines = {{.id = "1",
                       .kind = sale::LineKind::kItem,
                       .sku = "85123A",
                       .title = "White Hanging Heart",
                       .quantity = 6,
                       .unit_price = {.minor_units = 255},
                       .gross = 1'530}},
            .payments = {{.method = "invoice", .reference = "536365", .amount = 1'530}},
            .fulfilled = true,
            .note = {}};
}

TEST_CASE("a record is one line, without what is not told") {
    CHECK(written(an_order()) ==
          R"({"type":"order","id":"536365","at":"2010-12-01T08:26:00.000000Z","customer":"17850",)"
          R"("country":"GB","currency":"GBP","lines":[{"id":"1","kind":"item","sku":"85123A",)"
          R"("title":"White Hanging Heart","quantity":6,"unit_price":{"minor_units":255},)"
          R"("gross":1530}],"payments":[{"provider":"offline","method":"invoice",)"
          R"("reference":"536365","amount":1530}],"fulfilled":true})"
          "\n");
}

// One of each type, with every member told. A record is one line: its literals belong together.
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
const std::vector<std::string_view> kWholeLines = {
    R"({"type":"product","sku":"A-1","title":"Mug","publish":true,)"
    R"("price":{"minor_units":1250,"currency":"GBP"},"slug":"mug","description":"To drink from.",)"
    R"("category":"Kitchen > Mugs","tax_class":"standard","weight_g":300,)"
    R"("barcode":"5012345678900","color":"Red","material":"Clay"})",
    R"({"type":"customer","id":"17850","name":"Ada L.","email":"ada@example.org",)"
    R"("phone":"+44 20 7946 0000","company":"Ada & Co","country":"GB","country_text":"Britain"})",
    R"({"type":"receipt","id":"r1","at":"2010-12-01T00:00:00.000000Z","sku":"A-1","quantity":24,)"
    R"("reason":"purchase","reference":"PO 7"})",
    R"({"type":"adjustment","id":"a1","at":"2010-12-01T00:00:00.000000Z","sku":"A-1","delta":-2,)"
    R"("reason":"damage","note":"broken in the van"})",
    R"({"type":"order","id":"1","at":"2010-12-01T00:00:00.000000Z","customer":"17850",)"
    R"("country":"GB","currency":"GBP","lines":[{"id":"1","kind":"item",)"
    R"("sku":"A-1","title":"Mug","quantity":1500,"unit_price":{"minor_units":0,)"
    R"("precise":{"units":1,"scale":3}},"gross":150}],"payments":[{"provider":"offline",)"
    R"("method":"cash","reference":"1","amount":150,"at":"2010-12-01T00:00:00.000000Z"}],)"
    R"("fulfilled":false,"note":"a note"})",
    R"({"type":"credit_note","id":"c1","at":"2010-12-02T00:00:00.000000Z","customer":"17850",)"
    R"("currency":"GBP","reason":"broken","lines":[)"
    R"({"kind":"item","sku":"A-1","title":"Mug","quantity":1,"unit_price":{"minor_units":1250},)"
    R"("gross":1250,"restock":true,"order":"1","order_line":"1",)"
    R"("order_amount":1000,"matched_by":"same_price"}],)"
    R"("settle":[{"by":"refund","amount":1000,"order":"1"},{"by":"store_credit","amount":250}],)"
    R"("reverses":"1"})",
    R"({"type":"payment","id":"p1","order":"1","at":"2010-12-01T00:00:00.000000Z","amount":150,)"
    R"("method":"card","reference":"x"})",
    R"({"type":"refund","id":"f1","order":"1","at":"2010-12-02T00:00:00.000000Z","amount":150,)"
    R"("reason":"late","lines":[{"order_line":"1","quantity":1,"amount":100,"restock":true}]})"};
// NOLINTEND(bugprone-suspicious-missing-comma)

TEST_CASE("every type of record is written as it was read, with every member told") {
    REQUIRE(kWholeLines.size() == std::variant_size_v<HistoryRecord>);
    for (std::size_t type = 0; type < kWholeLines.size(); ++type) {
        INFO(kWholeLines[type]);
        const auto record = read(kWholeLines[type]);
        INFO((record ? "" : record.error().message));
        REQUIRE(record);
        CHECK(record->index() == type);
        CHECK(written(*record) == std::string(kWholeLines[type]) + "\n");
        std::visit(
            [](const auto& held) {
                for_each_member(held, []<class M>(std::string_view name, const M& member) {
                    INFO(name);
                    if constexpr (json::kIsOptional<M>) CHECK(member.has_value());
                });
            },
            *record);
    }
}

// ---- What is refused ----------------------------------------------------------------------------

struct Change {
    std::string_view from;
    std::string_view to;
};

std::string changed(std::size_t line, const Change& change) {
    std::string text(kWholeLines.at(line));
    const std::size_t at = text.find(change.from);
    REQUIRE(at != text.npos);
    return text.replace(at, change.from.size(), change.to);
}

struct BadLine {
    std::size_t line;  // of the good ones
    Change change;
    std::string_view told;
};

// What is wrong with a member's type or limit.
const std::vector<BadLine> kWrongMembers = {
    {0, {"\"product\"", "\"gadget\""}, "Line 7: type must be one of: product, customer, "},
    {0, {"\"type\":\"product\",", ""}, "type must be one of"},
    {0, {"\"product\"", "3"}, "type must be one of"},
    {0, {"\"A-1\"", "\"\""}, "Line 7: product: sku must have at least 1 characters"},
    {0, {"\"publish\":true,", ""}, "product A-1: publish is required"},
    {0, {"\"publish\":true", "\"publish\":1"}, "publish must be a boolean, not an integer"},
    {0, {"\"publish\"", "\"published\""}, "published is not a field of this object (and 1 more)"},
    {0, {"\"GBP\"", "\"POUND\""}, "price/currency must be an ISO 4217 currency code"},
    {0, {"1250", "12.5"}, "price/minor_units must be an integer, not a number"},
    {0, {"\"Mug\"", "\"M\\u0007ug\""}, "title has control characters"},
    {1, {"\"17850\"", "17850"}, "id must be a string, not an integer"},
    {2, {"\"quantity\":24", "\"quantity\":0"}, "receipt r1: quantity must be at least 1"},
    {2, {"\"purchase\"", "\"gift\""}, "reason must be one of: purchase, return, transfer"},
    {2, {"2010-12-01T00", "2010-12-01 at"}, "at must be an RFC 3339 time such as"},
    {2, {"2010-12-01T00:00:00.000000Z", "2010-13-01T00:00:00Z"}, "at must be an RFC 3339 time"},
    {4, {"[{\"id\":\"1\",", "[{"}, "order 1: lines/0/id is required"},
    {4, {"\"kind\":\"item\"", "\"kind\":\"thing\""}, "lines/0/kind must be one of: item, shipping"},
    {4, {"1500", "1000001"}, "lines/0/quantity must be at most 1000000"},
    {4, {"\"offline\"", "\"stripe\""}, "payments/0/provider must be one of: offline"},
    {4, {"\"amount\":150", "\"amount\":0"}, "payments/0/amount must be at least 1"},
    {4, {"\"note\":", "\"tax\":1,\"note\":"}, "tax is not a field of this object"},
    {4, {"\"note\":", "\"country_text\":\"x\",\"note\":"}, "country_text is not a field of this"},
    {5, {"\"broken\"", "\"broken\",\"country\":\"GB\""}, "country is not a field of this object"},
    {5, {"\"broken\"", "\"\""}, "credit_note c1: reason must have at least 1 characters"},
    {5, {"\"by\":\"refund\"", "\"by\":\"magic\""}, "settle/0/by must be one of: refund, offline"},
    {6, {"\"order\":\"1\",", ""}, "payment p1: order is required"},
    {7, {"\"quantity\":1", "\"quantity\":-1"}, "refund f1: lines/0/quantity must be at least 1"},
};

// What is wrong between members.
const std::vector<BadLine> kWrongTogether = {
    {0, {"\"price\":{\"minor_units\":1250,\"currency\":\"GBP\"},", ""}, "price is required to pub"},
    {0, {"1250", "-1250"}, "price/minor_units must be between 0 and"},
    {1, {"ada@example.org", "ada at example"}, "email must be an e-mail address; leave it out"},
    {1, {"\"GB\"", "\"XX\""}, "country must be an ISO 3166-1 code of two letters such as GB"},
    {3, {"-2", "0"}, "adjustment a1: delta must not be 0; leave the record out"},
    {4, {"\"GB\"", "\"gb\""}, "country must be an ISO 3166-1 code"},
    {4, {"\"sku\":\"A-1\",", ""}, "lines/0/sku is required for an item"},
    {4,
     {"\"gross\":150", "\"gross\":151"},
     "lines/0/gross must be quantity × unit_price, which is"},
    {4,
     {"\"minor_units\":0", "\"minor_units\":-1"},
     "lines/0/unit_price/minor_units must not be b"},
    {4, {"\"minor_units\":0", "\"minor_units\":1"}, "precise is 0 in minor units, but minor_units"},
    {4, {"\"scale\":3", "\"scale\":7"}, "lines/0/unit_price/precise must have a scale from 0 to 6"},
    {4,
     {"\"gross\":150}]",
      "\"gross\":150},{\"id\":\"1\",\"kind\":\"shipping\",\"title\":\"Post\",\"quantity\":1,"
      "\"unit_price\":{\"minor_units\":5},\"gross\":5}]"},
     "lines/1/id is the id of an earlier line"},
    {4,
     {"\"gross\":150}]",
      "\"gross\":150},{\"id\":\"2\",\"kind\":\"adjustment\",\"title\":\"Off\",\"quantity\":1,"
      "\"unit_price\":{\"minor_units\":-151},\"gross\":-151}]"},
     "lines add up to less than 0, which is no sale; send a credit_note"},
    {5, {"\"kind\":\"item\"", "\"kind\":\"shipping\""}, "lines/0/restock must be false but for an"},
    {5, {"\"order\":\"1\",\"order_line\"", "\"order_line\""}, "lines/0/order is required with"},
    {5, {"\"order_line\":\"1\",", ""}, "lines/0/order_line is required with order_amount"},
    {5, {"_amount\":1000", "_amount\":1251"}, "lines/0/order_amount must not be more than gross"},
    {5, {",\"order\":\"1\"},{", "},{"}, "settle/0/order is required for a refund"},
    {5, {"250}]", "251}]"}, "settle adds up to 1251, more than the lines, which are 1250"},
    {7, {"\"amount\":100", "\"amount\":200"}, "lines add up to 200, more than the amount"},
};

void check_refused(const BadLine& bad) {
    const std::string line = changed(bad.line, bad.change);
    INFO(line);
    const auto record = read(line);
    REQUIRE_FALSE(record);
    CHECK(record.error().type == "bad-record");
    CHECK_THAT(record.error().message, Contains(std::string(bad.told)));
}

TEST_CASE("a wrong member is refused with its line, its record, its place and what it must be") {
    for (const BadLine& bad : kWrongMembers) check_refused(bad);
}

TEST_CASE("members that do not go together are refused with what to do") {
    for (const BadLine& bad : kWrongTogether) check_refused(bad);
}

TEST_CASE("what is no record at all is refused, whatever it is") {
    for (const std::string_view line :
         {"", "[]", "\"order\"", "{", "{}", "{\"type\":\"order\"} {\"type\":\"order\"}",
          "type,id,at", "{\"type\":\"order\",\"id\":\"\xff\"}"}) {
        INFO(line);
        const auto record = read(line);
        REQUIRE_FALSE(record);
        CHECK_THAT(record.error().message, Catch::StartsWith("Line 7: "));
    }
    const auto long_line = read(std::string(kRecordBytesMax + 1, ' '));
    REQUIRE_FALSE(long_line);
    CHECK_THAT(long_line.error().message, Contains("is a line end missing?"));
}

TEST_CASE("all wrong members are told by their pointers") {
    const auto record = read(R"({"type":"payment","id":"","order":"1","at":"2010-12-01T00:00:00Z",)"
                             R"("amount":0,"method":"card","reference":"x"})");
    REQUIRE_FALSE(record);
    CHECK(record.error().fields ==
          std::vector<FieldError>{{"/id", "must have at least 1 characters"},
                                  {"/amount", "must be at least 1"}});
}

TEST_CASE("an order of 1,200 lines is read, one of 1,201 is not") {
    Order order = an_order();
    const OrderLine line = order.lines[0];
    while (order.lines.size() < static_cast<std::size_t>(kLinesMax)) {
        order.lines.push_back(line);
        order.lines.back().id = std::to_string(order.lines.size());
    }
    CHECK(read(written(order)) == HistoryRecord(order));
    order.lines.push_back(line);
    order.lines.back().id = "1201";
    const auto record = read(written(order));
    REQUIRE_FALSE(record);
    CHECK_THAT(record.error().message, Contains("lines must have at most 1200 elements"));
}

TEST_CASE("the largest numbers of the format are told to be wrong, not overflowed") {
    Order order = an_order();
    OrderLine& line = order.lines[0];
    line.quantity = kQuantityMax;
    line.gross = kMoneyMax;
    line.unit_price = {.minor_units = kMoneyMax};
    CHECK_THAT(read(written(order)).error().message, Contains("which is 1000000000000000000;"));
    order.currency = *Currency::parse("KWD");
    line.unit_price.precise = sale::PrecisePrice{kMoneyMax, 0};
    CHECK_THAT(read(written(order)).error().message, Contains("is 1000000000000000 in minor un"));
    line.unit_price.precise = sale::PrecisePrice{kMoneyMax, 3};
    CHECK_THAT(read(written(order)).error().message, Contains("which is 1000000000000000000;"));
}

TEST_CASE("a line damaged at random is refused, or read as what it now says") {
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t below) { return random() % below; };
    constexpr std::string_view kBytes = "0123456789-.{}[]\",:\\ntfe\x01\xc3 ";
    for (int round = 0; round < 5'000; ++round) {
        std::string line(kWholeLines[pick(kWholeLines.size())]);
        for (std::size_t n = pick(3); n < 3; ++n) {
            const std::size_t at = pick(line.size());
            line.replace(at, pick(3), std::string(pick(3), kBytes[pick(kBytes.size())]));
        }
        const auto record = read(line);
        if (!record) continue;
        std::string text = written(*record);
        text.pop_back();
        INFO(line);
        CHECK(read(text) == record);
    }
}

TEST_CASE("prices of currencies without and with three decimals are multiplied exactly") {
    const auto gross = [](UnitPrice price, std::int64_t quantity, std::string_view currency) {
        return gross_of(price, quantity, *Currency::parse(currency));
    };
    CHECK(gross({.minor_units = 980}, 3, "JPY") == 2'940);
    CHECK(gross({.minor_units = 1'250}, 2, "KWD") == 2'500);
    CHECK(gross({.minor_units = 0, .precise = sale::PrecisePrice{1, 3}}, 1, "GBP") == 0);
    CHECK(gross({.minor_units = 0, .precise = sale::PrecisePrice{1, 3}}, 5, "GBP") == 1);
    CHECK(gross({.minor_units = 333, .precise = sale::PrecisePrice{33'333, 4}}, 3, "EUR") == 1'000);
}

}  // namespace
}  // namespace shop::history
