// The Kafka log's own code, on librdkafka's mock brokers, while several processes take each other's
// partitions as fast as they can (rivals.hpp). SHOPVERSE_TAKEOVERS=n for another number, and
// figures; SHOPVERSE_SEED=n for other troubles: threads meet as they like all the same.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/support/rivals.hpp"

namespace shop::tests {
namespace {

// Of one log: mock brokers keep the last five megabytes of a partition.
constexpr std::size_t kAtOnce = 2'000;

std::uint64_t number_in(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

Findings fight(std::size_t takeovers, Protections protections = {}) {
    static std::uint64_t seed = number_in("SHOPVERSE_SEED", 1);
    Rivals rivals(seed++, protections);
    rivals.fight(takeovers);
    return rivals.judge();
}

void check_takeovers(std::size_t count) {
    for (std::size_t done = 0; done < count;) {
        const Findings found = fight(std::min(kAtOnce, count));
        INFO(found.story());
        if (std::getenv("SHOPVERSE_TAKEOVERS") != nullptr) WARN(found.story());
        CHECK(found.falsely == 0);
        CHECK(found.doubled == 0);
        CHECK(found.stale == 0);
        CHECK(found.wrong.empty());
        CHECK(found.acknowledged > found.takeovers / 4);  // four times as many, if not busy
        REQUIRE(found.takeovers > 0);
        done += found.takeovers;
    }
}

TEST_CASE("whoever takes over from whom, what was acknowledged counts: mock brokers", "[kafka]") {
    check_takeovers(number_in("SHOPVERSE_TAKEOVERS", 1'000));
}

TEST_CASE("in ten thousand takeovers nothing is acknowledged that does not count: mock brokers",
          "[kafka][slow]") {
    check_takeovers(number_in("SHOPVERSE_TAKEOVERS", 10'000));
}

// Threads meet as they like: what a protection prevents happens in one of ten fights.
void check_is_found(bool Protections::* without, std::size_t Findings::* what) {
    Protections protections;
    protections.*without = false;
    std::size_t found = 0;
    for (int turn = 0; turn < 10 && found == 0; ++turn) found = fight(200, protections).*what;
    CHECK(found > 0);
}

TEST_CASE("control: whoever does not compare offsets acknowledges what does not count", "[kafka]") {
    check_is_found(&Protections::check_offsets, &Findings::falsely);
}

TEST_CASE("control: whoever does not prove the office shows what is old", "[kafka]") {
    check_is_found(&Protections::prove_office, &Findings::stale);
}

}  // namespace
}  // namespace shop::tests
