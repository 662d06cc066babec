// Records and their upcasters (events/record, events/upcasters).
#include <catch2/catch.hpp>

#include "events/event_codec.hpp"
#include "events/record.hpp"
#include "events/stored_types.hpp"
#include "tests/support/sample.hpp"

namespace shop {
namespace {

Record some_record() {
    Record record;
    record.term = {3, "k2f9x0a7mb4c"};
    record.seq = 17;
    record.time = *parse_rfc3339("2026-11-24T01:54:10.123456Z");
    record.command = {CommandId::derive({"a command"}), "AddLine", "f1"};
    record.events.push_back(
        {CartId::derive({"a cart"}), 4, std::nullopt, tests::sample<cart::LineQuantityChanged>()});
    record.events.push_back({StockId::derive({"an item"}), 9, parse_rfc3339("2025-01-01T00:00:00Z"),
                             tests::sample<stock::Received>()});
    return record;
}

TEST_CASE("a record reads back as it was written") {
    Record record = some_record();
    record.actor = tests::sample<Actor>();
    record.correlation = "c";
    record.causation = "d";
    record.trace = "e";
    std::string entry;
    append_record(entry, record);
    INFO(entry);
    CHECK(read_record(entry) == record);
    CHECK(record.time_of(record.events[0]) == record.time);
    CHECK(to_rfc3339(record.time_of(record.events[1])) == "2025-01-01T00:00:00.000000Z");
}

TEST_CASE("a record begins with what the reader rules look at, and leaves out its defaults") {
    std::string entry = "behind what is there already: ";
    const std::size_t begin = entry.size();
    append_record(entry, some_record());
    entry.erase(0, begin);
    CHECK_THAT(entry, Catch::StartsWith(R"({"term":"3-k2f9x0a7mb4c","seq":17,"time":"2026)"));
    CHECK_THAT(entry, !Catch::Contains("actor") && !Catch::Contains("trace"));
    const EntryHead head = read_head(entry);
    CHECK(head.kind == EntryKind::kRecord);
    CHECK(head.term == some_record().term);
    CHECK(head.seq == 17);
    CHECK(head.time == some_record().time);
}

TEST_CASE("what is wrong with an entry that is no record is named") {
    std::string good;
    append_record(good, some_record());
    const auto message_of = [](std::string_view entry) {
        const auto record = read_record(entry);
        REQUIRE_FALSE(record);
        CHECK(record.error().code == ErrorCode::kCorrupt);
        return record.error().message;
    };
    const auto changed = [&](std::string_view from, std::string_view to) {
        std::string entry = good;
        entry.replace(entry.find(from), from.size(), to);
        return entry;
    };
    CHECK_THAT(message_of("nonsense"), Catch::Contains("not JSON"));
    CHECK_THAT(message_of(changed("cart.line_quantity_changed", "cart.eaten")),
               Catch::Contains("/events/0/data") && Catch::Contains("cart.eaten"));
    CHECK_THAT(message_of(changed("\"schema\":1", "\"schema\":2")),
               Catch::Contains("does not know"));
    CHECK_THAT(message_of(changed("\"stream\":\"crt_", "\"stream\":\"xyz_")),
               Catch::Contains("/events/0/stream"));
    CHECK_THAT(message_of(changed("\"quantity\":", "\"colour\":")),
               Catch::Contains("/events/0/data/colour"));
    CHECK_THAT(message_of(changed("\"version\":9", "\"kind\":9")),
               Catch::Contains("/events/1/kind"));
}

// ---- Upcasters, shown with an event of the test's own: it counted dozens, then pieces, then named
// what it counts.

struct Counted {
    static constexpr std::string_view kType = "test.counted";
    static constexpr int kSchema = 3;
    std::int64_t pieces = 0;
    std::string of;
    bool operator==(const Counted&) const = default;
};
SHOP_DESCRIBE(Counted, pieces, of)

struct Other {
    static constexpr std::string_view kType = "test.other";
    static constexpr int kSchema = 1;
    bool operator==(const Other&) const = default;
};
SHOP_DESCRIBE_EMPTY(Other)

using TestCodec = EventCodec<OneOf<Other, Counted>>;

Result<std::string> dozens_to_pieces(const json::Value& data) {
    const auto dozens = data.find("dozens");
    if (!dozens) return fail(ErrorCode::kCorrupt, "no-dozens", "has no dozens");
    return R"({"pieces":)" + std::to_string(dozens->integer() * 12) + "}";
}

Result<std::string> pieces_of_eggs(const json::Value& data) {
    return R"({"of":"eggs","pieces":)" + std::to_string(data.find("pieces")->integer()) + "}";
}

Result<TestCodec::Any> read(const Upcasters& upcasters, std::int64_t schema, const char* data) {
    json::Document document;
    json::Decoding decoding(json::Missing::kIsDefault);
    TestCodec::Any event;
    TestCodec::decode("test.counted", schema, *document.parse(data), event, upcasters, decoding);
    if (decoding.ok()) return event;
    return fail(ErrorCode::kCorrupt, "wrong", decoding.errors()[0].detail);
}

TEST_CASE("an event of an older schema is brought up to date, step by step") {
    Upcasters upcasters;
    upcasters.add("test.counted", 1, dozens_to_pieces);
    upcasters.add("test.counted", 2, pieces_of_eggs);
    CHECK(read(upcasters, 3, R"({"pieces":5,"of":"hats"})") == TestCodec::Any(Counted{5, "hats"}));
    CHECK(read(upcasters, 2, R"({"pieces":5})") == TestCodec::Any(Counted{5, "eggs"}));
    CHECK(read(upcasters, 1, R"({"dozens":2})") == TestCodec::Any(Counted{24, "eggs"}));
    CHECK(read(upcasters, 1, R"({"pieces":2})").error().message == "has no dozens");
    CHECK_THAT(read(upcasters, 4, "{}").error().message, Catch::Contains("does not know"));
    CHECK_THAT(read({}, 1, R"({"dozens":2})").error().message,
               Catch::Contains("nothing brings up to date"));
}

TEST_CASE("no event of an older version is without its upcasters") {
    for (const auto& type : NamedTypes<AnyEvent>::types())
        for (int schema = 1; schema < type.schema; ++schema)
            CHECK(upcasters().find(type.name, schema) != nullptr);
}

}  // namespace
}  // namespace shop
