// What staff and auditors are told of a stream (api/log_history).
#include "api/log_history.hpp"

#include <catch2/catch.hpp>

#include "events/memory/memory_log.hpp"
#include "events/record.hpp"
#include "tests/support/log_entries.hpp"

namespace shop::api {
namespace {

using tests::claim_entry;
using tests::record_entry;

constexpr Partition kPartition{Topic::kCommerce, 0};

const CartId kCart = CartId::derive({"ours"});
const CartId kOther = CartId::derive({"another"});

std::vector<std::string> positions_of(const HistoryPage& page) {
    std::vector<std::string> positions;
    for (const HistoryItem& item : page.items) positions.push_back(item.position);
    return positions;
}

TEST_CASE("a history has the records of its stream that count, and no others", "[log]") {
    MemoryLog log({1, 1, 1});
    log.insert(kPartition, claim_entry(1));
    log.insert(kPartition, record_entry(1, 1, kCart));
    log.insert(kPartition, record_entry(1, 2, kOther));
    log.insert(kPartition, record_entry(1, 1, kCart));  // a copy
    log.insert(kPartition, claim_entry(2));
    log.insert(kPartition, record_entry(1, 3, kCart));  // of a writer that was paused
    log.insert(kPartition, record_entry(2, 1, kCart));
    const HistoryPage page =
        read_history(log, {.partition = kPartition, .streams = {kCart}, .from = {}}).value();
    CHECK(positions_of(page) == std::vector<std::string>{"commerce-0:1", "commerce-0:6"});
    CHECK(page.items.front().record.json == record_entry(1, 1, kCart));
    CHECK_FALSE(page.next.has_value());
}

TEST_CASE("a history goes on where it stopped, and a copy between does not count either", "[log]") {
    MemoryLog log({1, 1, 1});
    log.insert(kPartition, claim_entry(1));
    for (const std::uint64_t seq : {1U, 2U, 2U, 3U, 4U})
        log.insert(kPartition, record_entry(1, seq, seq == 3 ? kOther : kCart));
    std::vector<std::string> all;
    HistoryQuery query{.partition = kPartition, .streams = {kCart}, .from = {}};
    query.limit = GENERATE(1U, 2U, 100U);
    for (;;) {
        const HistoryPage page = read_history(log, query).value();
        CHECK(page.items.size() <= query.limit);
        for (const std::string& position : positions_of(page)) all.push_back(position);
        if (!page.next) break;
        query.from = *page.next;
    }
    CHECK(all == std::vector<std::string>{"commerce-0:1", "commerce-0:2", "commerce-0:5"});
}

// A record of another stream that only speaks of this one is not its history.
TEST_CASE("a stream that is only named by a record is not touched by it", "[log]") {
    MemoryLog log({1, 1, 1});
    log.insert(kPartition, claim_entry(1));
    log.insert(kPartition, record_entry(1, 1, kOther, kCart.to_string()));
    const HistoryQuery query{.partition = kPartition, .streams = {kCart}, .from = {}};
    CHECK(read_history(log, query)->items.empty());
}

}  // namespace
}  // namespace shop::api
