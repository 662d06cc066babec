#include "events/kafka/cloud_event.hpp"

#include <catch2/catch.hpp>

namespace shop {
namespace {

constexpr Partition kThird{Topic::kCommerce, 3};

constexpr std::string_view kRecord =
    R"({"term":"3-k2f9x0a7mb4c","seq":17,"time":"2026-11-24T01:54:10.123456Z",)"
    R"("command":{"id":"cmd_1","type":"AddLine"},"actor":{"kind":"staff","name":)"
    R"("\"events\":[{\"type\":\"not this"},"events":[{"type":"cart.line_added","schema":1,)"
    R"("stream":"crt_7","version":4,"data":{"stream":"x"}},{"type":"cart.other","stream":"y"}]})";

TEST_CASE("a record says what it is to tools that know nothing of us", "[kafka]") {
    const auto event = kafka::cloud_event_of(kThird, "shop", kRecord);
    CHECK(event.id == "3-k2f9x0a7mb4c/17");
    CHECK(event.source == "/shop/commerce-3");
    CHECK(event.type == "cart.line_added");
    CHECK(event.subject == "crt_7");
    CHECK(event.time == "2026-11-24T01:54:10.123456Z");
}

TEST_CASE("a claim is an event too, of no stream", "[kafka]") {
    const auto event = kafka::cloud_event_of(
        kThird, "shop", R"({"claim":"4-7m2q9c1xw0zt","time":"2026-11-24T01:54:10Z","address":""})");
    CHECK(event.id == "4-7m2q9c1xw0zt");
    CHECK(event.type == "claim");
    CHECK(event.subject.empty());
    CHECK(event.time == "2026-11-24T01:54:10Z");
}

TEST_CASE("bytes that are not ours have an id and a type all the same", "[kafka]") {
    for (const std::string_view bytes : {"", "{}", R"({"term":"3-x)", R"({"claim":)", "\0\xff"}) {
        const auto event = kafka::cloud_event_of(kThird, "shop", bytes);
        CHECK_FALSE(event.id.empty());
        CHECK(event.subject.empty());
    }
}

}  // namespace
}  // namespace shop
