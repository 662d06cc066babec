// The states that are kept in memory: how many, how large, and which go first.
#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

#include "core/order/series.hpp"
#include "events/hot_streams.hpp"
#include "events/state_memory.hpp"

namespace shop {
namespace {

const AnyState kSmall = category::State{};

CartId cart(int n) {
    return CartId::derive({std::to_string(n)});
}

std::optional<StoredStream> stored(const StreamId& id, std::size_t bytes) {
    StoredStream stream{id, std::make_shared<const AnyState>(kSmall), 1, 0, false};
    stream.bytes = bytes;
    return stream;
}

void fill(HotStreams& streams, int count, std::size_t bytes) {
    for (int n = 0; n < count; ++n) streams.insert(cart(n), stored(cart(n), bytes));
}

std::vector<StreamId> evicted_from(HotStreams& streams) {
    std::vector<StreamId> evicted;
    streams.evict(0, evicted);
    return evicted;
}

TEST_CASE("states leave memory once there are too many of them, the longest unused first") {
    HotStreams streams(3, 1'000'000);
    fill(streams, 5, 10);
    CHECK(streams.is_over_limit());
    REQUIRE(streams.find(cart(0)) != nullptr);  // used now
    CHECK(evicted_from(streams) == std::vector<StreamId>{cart(1), cart(2)});
    CHECK_FALSE(streams.is_over_limit());
}

TEST_CASE("states leave memory once they are too large together") {
    HotStreams streams(1'000, 250);
    fill(streams, 2, 100);
    CHECK_FALSE(streams.is_over_limit());
    streams.weigh(*streams.find(cart(0)), 180);
    CHECK(streams.is_over_limit());
    CHECK(evicted_from(streams) == std::vector<StreamId>{cart(1)});
    CHECK_FALSE(streams.is_over_limit());
    streams.clear();
    fill(streams, 2, 100);
    CHECK(evicted_from(streams).empty());
}

TEST_CASE("a state that is larger than the limit leaves memory like every other") {
    HotStreams streams(1'000, 50);
    fill(streams, 1, 100);
    CHECK(evicted_from(streams) == std::vector<StreamId>{cart(0)});
    CHECK(evicted_from(streams).empty());
}

TEST_CASE("a state that is not saved stays in memory, however large it is") {
    HotStreams streams(1'000, 50);
    fill(streams, 1, 100);
    streams.find(cart(0))->last = 1;
    CHECK(evicted_from(streams).empty());
    CHECK(streams.size() == 1);
}

TEST_CASE("what a state takes in memory grows with what is in it") {
    stock::State item;
    const std::size_t empty = memory_of(item);
    item.inventory_item = std::string(1'000, 'x');
    const std::size_t named = memory_of(item);
    CHECK(named >= empty + 1'000);
    for (int n = 0; n < 100; ++n) item.held[LineId::derive({std::to_string(n)})] = {};
    const std::size_t holding = memory_of(item);
    CHECK(holding >= named + 100 * (sizeof(LineId) + sizeof(stock::Held)));
    for (int n = 0; n < 100; ++n) item.moves.note(std::to_string(n), {}, days(1));
    CHECK(memory_of(item) >= holding + 1'600);
    order::State order;
    const std::size_t without = memory_of(order);
    order.owed.resize(1'114);
    CHECK(memory_of(order) >= without + 1'114 * sizeof(EffectId));
}

TEST_CASE("a state that is copied for each credit note's number takes few bytes of each") {
    AnyState numbers{series::State{}};
    const std::string series(series::kCreditNotes);
    for (std::int64_t n = 1; n <= 5'000; ++n) {
        const auto note = CreditNoteId::derive({std::to_string(n)}).to_string();
        evolve(std::get<series::State>(numbers), series::NumberAssigned{series, n, note}, Time{});
    }
    CHECK(memory_of(numbers) < 5'000 * 40);
}

}  // namespace
}  // namespace shop
