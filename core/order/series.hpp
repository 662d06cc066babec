// The numbers of documents. Orders: one shop-wide series leases blocks of numbers to partitions;
// each commerce partition has a local series that takes its numbers from its own block, so that
// placing an order touches one partition only. Numbers are unique; gaps between and after blocks
// are allowed. Credit notes: one stream gives one number after the other, without a gap
// (AssignNumber).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/known_keys.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::series {

inline constexpr std::int64_t kFirstNumber = 100'001;
inline constexpr std::int64_t kBlockSize = 1'000;
inline constexpr std::string_view kCreditNotes = "credit_note";
inline constexpr Duration kNumbersKept = days(7);  // for an asker that repeats itself
inline constexpr std::int64_t kLowWater = 500;     // fewer left: the next block is leased

// ---- Events: stored for ever --------------------------------------------------------------------

// A partition's local series exists, without numbers yet.
struct Opened {
    static constexpr std::string_view kType = "series.opened";
    static constexpr int kSchema = 1;
    std::string series;  // "order"
    SeriesId leased_from;
    bool operator==(const Opened&) const = default;
};
SHOP_DESCRIBE(Opened, series, leased_from)

// In the shop-wide series: the numbers [from, to] now belong to `lessee`. The same event in the
// lessee's own stream is the answer arrived.
struct BlockLeased {
    static constexpr std::string_view kType = "series.block_leased";
    static constexpr int kSchema = 1;
    std::string series;
    std::int64_t from = 0;
    std::int64_t to = 0;
    SeriesId lessee;
    std::int32_t lease = 0;  // of this lessee, from 1
    bool operator==(const BlockLeased&) const = default;
};
SHOP_DESCRIBE(BlockLeased, series, from, to, lessee, lease)

struct NumberAssigned {
    static constexpr std::string_view kType = "series.number_assigned";
    static constexpr int kSchema = 1;
    std::string series;
    std::int64_t number = 0;
    std::string document;  // id of what carries it
    bool operator==(const NumberAssigned&) const = default;
};
SHOP_DESCRIBE(NumberAssigned, series, number, document)

using Event = std::variant<Opened, BlockLeased, NumberAssigned>;

// ---- State --------------------------------------------------------------------------------------

struct Block {
    std::int64_t from = 0;
    std::int64_t to = 0;  // inclusive
    std::int32_t lease = 0;
    bool operator==(const Block&) const = default;
};
SHOP_DESCRIBE(Block, from, to, lease)

struct State {
    std::string series;
    SeriesId leased_from;                   // empty in the shop-wide series
    std::vector<Block> blocks;              // local: numbers not yet given, the next first
    std::int32_t leases = 0;                // local: blocks received
    Time low_since;                         // local: since when a block is owed
    std::int64_t next_free = kFirstNumber;  // shop-wide
    std::map<SeriesId, Block> leased;       // shop-wide: the last block of each lessee
    KnownKeys given;  // gapless: the documents that got the last numbers, kept for kNumbersKept
    bool operator==(const State&) const = default;

    std::int64_t numbers_left() const;
    // The number the next document gets, if any is left.
    std::optional<std::int64_t> next_number() const;
};
SHOP_DESCRIBE(State, series, leased_from, blocks, leases, low_since, next_free, leased, given)

void evolve(State&, const Opened&, Time);
void evolve(State&, const BlockLeased&, Time);
void evolve(State&, const NumberAssigned&, Time);

// ---- Commands -----------------------------------------------------------------------------------

// Makes the local series of a partition; no event if it exists. Sent at each start, for every
// commerce partition, with Env.local_series as target.
struct Open {
    static constexpr std::string_view kType = "OpenSeries";
    SeriesId series;
    StreamId target() const { return series; }
    bool operator==(const Open&) const = default;
};
SHOP_DESCRIBE(Open, series)

// To the shop-wide series, as the effect of a local one: block number `lease` of that lessee. The
// same lease again changes nothing and is answered from the state.
struct LeaseBlock {
    static constexpr std::string_view kType = "LeaseBlock";
    SeriesId lessee;
    std::int32_t lease = 0;
    StreamId target() const;
    bool operator==(const LeaseBlock&) const = default;
};
SHOP_DESCRIBE(LeaseBlock, lessee, lease)

// The block has arrived at the lessee.
struct RecordBlock {
    static constexpr std::string_view kType = "RecordBlock";
    SeriesId series;
    Block block;
    StreamId target() const { return series; }
    bool operator==(const RecordBlock&) const = default;
};
SHOP_DESCRIBE(RecordBlock, series, block)

// The next number of a gapless series for a document, as the document's effect. The same document
// again changes nothing and is answered from the state.
struct AssignNumber {
    static constexpr std::string_view kType = "AssignNumber";
    std::string series;  // kCreditNotes
    StreamId document;
    StreamId target() const;
    bool operator==(const AssignNumber&) const = default;
};
SHOP_DESCRIBE(AssignNumber, series, document)

using Command = std::variant<Open, LeaseBlock, RecordBlock, AssignNumber>;

Result<Decision> decide(const Open&, const Streams&, const Env&);
Result<Decision> decide(const LeaseBlock&, const Streams&, const Env&);
Result<Decision> decide(const RecordBlock&, const Streams&, const Env&);
Result<Decision> decide(const AssignNumber&, const Streams&, const Env&);

// What the shop-wide series gave for that call, or nothing yet.
std::optional<Block> find_outcome(const State& shop_wide, const LeaseBlock& call);

struct Number {
    std::int64_t number = 0;
    bool operator==(const Number&) const = default;
};
SHOP_DESCRIBE(Number, number)
std::optional<Number> find_outcome(const State& gapless, const AssignNumber& call);

// ---- Ids ----------------------------------------------------------------------------------------

// A series without gaps.
SeriesId gapless_series(std::string_view series);
// The shop-wide series of order numbers.
SeriesId order_series();
// The local series of a partition; `slot` is any slot of the partition, always the same.
SeriesId local_series(Slot slot);
EffectId lease_effect(const SeriesId& lessee, std::int32_t lease);

}  // namespace shop::series
