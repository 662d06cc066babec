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

}  // namespace
}  // namespace shop
