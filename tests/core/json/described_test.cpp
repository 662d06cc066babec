// JSON both ways for described values (core/json).
#include <catch2/catch.hpp>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop {
namespace {

enum class Fruit { kApple, kBloodOrange };
SHOP_DESCRIBE_ENUM(Fruit, kApple, kBloodOrange)

struct Basket {
    std::string name;
    std::int64_t count = 1;
    std::vector<Fruit> fruits;
    std::optional<Money> price;
    CartId cart;
    std::map<std::string, std::int64_t> counts;
    bool operator==(const Basket&) const = default;
};
SHOP_DESCRIBE(Basket, name, count, fruits, price, cart, counts)

Basket full_basket() {
    return {.name = "a \"quoted\"\n name \x01 ✓",
            .count = -7,
            .fruits = {Fruit::kBloodOrange, Fruit::kApple},
            .price = Money{1999, *Currency::parse("GBP")},
            .cart = CartId::derive({"x"}),
            .counts = {{"a\"b", 1}}};
}

TEST_CASE("a described value survives JSON both ways") {
    const auto defaults = GENERATE(json::Defaults::kOmit, json::Defaults::kWrite);
    for (const Basket& basket : {Basket{}, full_basket()}) {
        const std::string text = json::to_json(basket, defaults);
        INFO(text);
        const auto read = json::from_json<Basket>(text, json::Missing::kIsDefault);
        REQUIRE(read);
        CHECK(*read == basket);
    }
}

TEST_CASE("members at their default are not stored") {
    CHECK(json::to_json(Basket{}, json::Defaults::kOmit) == "{}");
    CHECK(json::to_json(Basket{.count = 2}, json::Defaults::kOmit) == R"({"count":2})");
}

TEST_CASE("every wrong field of a request is named") {
    const auto read = json::from_json<Basket>(
        R"({"name":3,"colour":1,"fruits":["kiwi"],"price":{"minor_units":1.5,"currency":"XXQ"}})",
        json::Missing::kIsError);
    REQUIRE_FALSE(read);
    std::vector<std::string> pointers;
    for (const auto& field : read.error().fields) pointers.push_back(field.pointer);
    CHECK(pointers == std::vector<std::string>{"/name", "/colour", "/fruits/0",
                                               "/price/minor_units", "/price/currency", "/count",
                                               "/cart", "/counts"});
}

// The errors of a list of fruits that are none, and how much room was made for them.
struct Spoiled {
    std::vector<FieldError> errors;
    std::size_t room = 0;
};

Spoiled spoiled_fruits(std::size_t count) {
    std::string text = "[0";
    for (std::size_t i = 1; i < count; ++i) text += ",0";
    json::Document document;
    const auto value = document.parse(text + "]");
    REQUIRE(value);
    json::Decoding decoding(json::Missing::kIsError);
    std::vector<Fruit> fruits;
    json::decode(*value, fruits, decoding);
    return {std::move(decoding.errors()), fruits.capacity()};
}

TEST_CASE("of many errors the first hundred are named, and that there are more") {
    const auto hundred = spoiled_fruits(json::kErrorsToldMax);
    REQUIRE(hundred.errors.size() == 100);
    CHECK(hundred.errors.back().pointer == "/99");
    const auto many = spoiled_fruits(100'000);
    REQUIRE(many.errors.size() == 101);
    CHECK(many.errors[99] == hundred.errors[99]);
    CHECK(many.errors.back() == FieldError{"", "has more errors than these; mend these first"});
    CHECK(many.room == json::kElementsReservedMax);
}

TEST_CASE("a whole object of errors is not told whole either") {
    std::string text = R"({"counts":{"n0":"")";
    for (int i = 1; i < 1'000; ++i) text += ",\"n" + std::to_string(i) + "\":\"\"";
    text += '}';
    for (int i = 0; i < 1'000; ++i) text += ",\"m" + std::to_string(i) + "\":1";
    const auto read = json::from_json<Basket>(text + "}", json::Missing::kIsError);
    REQUIRE_FALSE(read);
    CHECK(read.error().fields.size() == 101);
}

TEST_CASE("a list of more elements than room is made for arrives whole") {
    const Basket basket{.fruits = std::vector(3 * json::kElementsReservedMax, Fruit::kBloodOrange)};
    CHECK(json::from_json<Basket>(json::to_json(basket, json::Defaults::kOmit),
                                  json::Missing::kIsDefault) == basket);
}

TEST_CASE("text that is not JSON, is too deep or holds U+0000 is refused") {
    const auto refused = [](std::string_view text) {
        return !json::from_json<Basket>(text, json::Missing::kIsDefault);
    };
    CHECK(refused(""));
    CHECK(refused("{\"name\":\"\xff\"}"));
    CHECK(refused(R"({"name":"a\u0000b"})"));
    CHECK(refused(R"({"name":"a","name":"b"})"));
    CHECK(refused(std::string(100'000, '[')));
    CHECK(refused(R"({"count":9223372036854775808})"));
}

TEST_CASE("an escape of half a character is refused, and one of both halves is that character") {
    const auto name_in = [](std::string_view text) {
        const auto read = json::from_json<Basket>(R"({"name":")" + std::string(text) + R"("})",
                                                  json::Missing::kIsDefault);
        return read ? read->name : read.error().type;
    };
    for (const char* half : {R"(\ud800)", R"(\uDBFFa)", R"(a\udc00)", R"(\uDFFF)",
                             R"(\ud800\u0041)", R"(\ud800\n\udc00)", R"(\ud800\ud800)",
                             R"(\ude00\ud83d)", R"(\ud83d\ude00\ude00)", R"(\\\ud800)"}) {
        CAPTURE(half);
        CHECK(name_in(half) == "malformed-json");
    }
    CHECK(name_in(R"(\ud83d\ude00\uD83D\uDE00)") == "\U0001F600\U0001F600");
    CHECK(name_in(R"(\\ud800 \\\u0041 \ud7ff\ue000)") == "\\ud800 \\A \uD7FF\uE000");
    CHECK_FALSE(json::from_json<Basket>(R"({"\udc00":1})", json::Missing::kIsDefault));
}

}  // namespace
}  // namespace shop
