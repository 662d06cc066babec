// A stock item: the units of one inventory item at one location.
//
// on_hand = what is there; held = reserved by checkouts that are not decided; allocated = sold and
// not shipped. available = on_hand − held − allocated − safety stock. A reservation never takes
// available below −backorder_limit; a count may, since the goods are gone.
//
// A reservation is named by {order, line, attempt} and has no clock of its own: the checkout's
// deadline is the only one. Reserve is an upsert by line. Release is recorded even if nothing is
// held, and refuses any reserve of that or an earlier attempt that comes later. Every call can be
// repeated and is answered from the state (find_outcome).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/known_keys.hpp"
#include "core/stock/stock_events.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::stock {

inline constexpr std::string_view kMainLocation = "loc_main";
inline constexpr std::int64_t kQuantityMax = 1'000'000'000;
inline constexpr std::int64_t kUnlimitedBackorder = -1;
inline constexpr Duration kAnswersKept = days(7);  // of released and refused reservations
inline constexpr Duration kHeldLong = hours(1);    // no checkout is undecided for so long

// ---- State --------------------------------------------------------------------------------------

struct Held {
    OrderId order_id;
    std::int32_t attempt = 0;
    std::int64_t quantity = 0;
    Time since;
    bool operator==(const Held&) const = default;
};
SHOP_DESCRIBE(Held, order_id, attempt, quantity, since)

// How the latest attempt of a line ended without units.
struct Ended {
    std::int32_t attempt = 0;
    bool released = false;  // else refused
    std::int64_t available = 0;
    std::int64_t held_undecided = 0;
    Time at;
    bool operator==(const Ended&) const = default;
};
SHOP_DESCRIBE(Ended, attempt, released, available, held_undecided, at)

// 0 if the line is not there.
std::int64_t quantity_in(const std::map<LineId, Held>& lines, const LineId& line);

struct State {
    VariantId variant_id;
    std::string inventory_item;
    std::string location;
    bool tracked = true;
    std::int64_t backorder_limit = 0;
    std::int64_t safety_stock = 0;
    std::int64_t on_hand = 0;
    std::int64_t held_total = 0;
    std::int64_t allocated_total = 0;
    std::map<LineId, Held> held;
    std::map<LineId, Held> allocated;
    std::map<LineId, Ended> ended;  // kept for kAnswersKept
    std::int64_t ended_max = 64;    // size of `ended` at which old ones are dropped
    KnownKeys moves;                // by move_key(), kept for kAnswersKept too
    KnownKeys imported;             // receipts and adjustments, by import_key(); kept for good
    bool operator==(const State&) const = default;

    std::int64_t reserved() const { return held_total + allocated_total; }
    std::int64_t available() const { return on_hand - reserved() - safety_stock; }
    // Units that are promised beyond what is there and what the policy lets be sold before it is.
    std::int64_t short_by() const { return short_by(on_hand); }
    // … if so many were on hand.
    std::int64_t short_by(std::int64_t units) const;
};
SHOP_DESCRIBE(State, variant_id, inventory_item, location, tracked, backorder_limit, safety_stock,
              on_hand, held_total, allocated_total, held, allocated, ended, ended_max, moves,
              imported)

void evolve(State&, const Opened&, Time);
void evolve(State&, const PolicySet&, Time);
void evolve(State&, const Received&, Time);
void evolve(State&, const Adjusted&, Time);
void evolve(State&, const Reserved&, Time);
void evolve(State&, const ReservationRefused&, Time);
void evolve(State&, const Released&, Time);
void evolve(State&, const Allocated&, Time);
void evolve(State&, const Shipped&, Time);
void evolve(State&, const Restocked&, Time);

// ---- Commands -----------------------------------------------------------------------------------

// Makes the item known; no event if it is.
struct Open {
    static constexpr std::string_view kType = "OpenStock";
    StockId stock;
    VariantId variant_id;
    std::string inventory_item;
    std::string location{kMainLocation};
    StreamId target() const { return stock; }
    bool operator==(const Open&) const = default;
};
SHOP_DESCRIBE(Open, stock, variant_id, inventory_item, location)

// Here and below: an item that is not known is made so first if `opens` says what it is; kConflict
// "version-mismatch" if expected_version is given and is not the stream's.
struct SetPolicy {
    static constexpr std::string_view kType = "SetStockPolicy";
    StockId stock;
    bool tracked = true;
    std::int64_t backorder_limit = 0;
    std::int64_t safety_stock = 0;
    Reason reason;
    std::optional<Open> opens = {};
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return stock; }
    bool operator==(const SetPolicy&) const = default;
};
SHOP_DESCRIBE(SetPolicy, stock, tracked, backorder_limit, safety_stock, reason, opens,
              expected_version)

// One that another system knows (`external`) comes once: no event the next time.
struct Receive {
    static constexpr std::string_view kType = "ReceiveStock";
    StockId stock;
    std::int64_t quantity = 0;  // > 0
    ReceiveReason reason = ReceiveReason::kPurchase;
    std::string reference;
    std::string note;
    std::optional<sale::External> external = {};
    std::optional<Time> moved_at = {};  // if that was before now
    std::optional<Open> opens = {};
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return stock; }
    bool operator==(const Receive&) const = default;
};
SHOP_DESCRIBE(Receive, stock, quantity, reason, reference, note, external, moved_at, opens,
              expected_version)

// kConflict "stock-below-zero" if fewer are on hand. `external` and `moved_at` as in Receive.
struct Adjust {
    static constexpr std::string_view kType = "AdjustStock";
    StockId stock;
    std::int64_t delta = 0;
    AdjustReason reason = AdjustReason::kCorrection;
    std::string note;
    std::optional<sale::External> external = {};
    std::optional<Time> moved_at = {};
    StreamId target() const { return stock; }
    bool operator==(const Adjust&) const = default;
};
SHOP_DESCRIBE(Adjust, stock, delta, reason, note, external, moved_at)

// Somebody counted. kConflict "stock-moved" if `expected` is given and is not what is on hand.
struct Count {
    static constexpr std::string_view kType = "CountStock";
    StockId stock;
    std::int64_t counted = 0;
    std::optional<std::int64_t> expected;
    AdjustReason reason = AdjustReason::kCount;
    std::string note;
    std::optional<Open> opens = {};
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return stock; }
    bool operator==(const Count&) const = default;
};
SHOP_DESCRIBE(Count, stock, counted, expected, reason, note, opens, expected_version)

// Opens the item if need be and brings it to that level: imports. No event if it is there already.
struct SetLevel {
    static constexpr std::string_view kType = "SetStockLevel";
    StockId stock;
    VariantId variant_id;
    std::string inventory_item;
    std::int64_t on_hand = 0;
    StreamId target() const { return stock; }
    bool operator==(const SetLevel&) const = default;
};
SHOP_DESCRIBE(SetLevel, stock, variant_id, inventory_item, on_hand)

struct Reserve {
    static constexpr std::string_view kType = "ReserveStock";
    StockId stock;
    Reservation reservation;
    std::int64_t quantity = 0;
    StreamId target() const { return stock; }
    bool operator==(const Reserve&) const = default;
};
SHOP_DESCRIBE(Reserve, stock, reservation, quantity)

// The whole reservation; with a cancellation's number `quantity` units of it, held or allocated.
struct Release {
    static constexpr std::string_view kType = "ReleaseStock";
    StockId stock;
    Reservation reservation;
    ReleaseReason reason = ReleaseReason::kRefused;
    std::int32_t cancellation = 0;
    std::int64_t quantity = 0;  // of a cancellation
    StreamId target() const { return stock; }
    bool operator==(const Release&) const = default;
};
SHOP_DESCRIBE(Release, stock, reservation, reason, cancellation, quantity)

// kConflict "not-held" if there is no such reservation.
struct Allocate {
    static constexpr std::string_view kType = "AllocateStock";
    StockId stock;
    Reservation reservation;
    StreamId target() const { return stock; }
    bool operator==(const Allocate&) const = default;
};
SHOP_DESCRIBE(Allocate, stock, reservation)

// kConflict "not-allocated" if the line has fewer units, "not-on-hand" if the house has: the effect
// stays owed until goods are received or counted.
struct Ship {
    static constexpr std::string_view kType = "ShipStock";
    StockId stock;
    OrderId order_id;
    LineId line_id;
    FulfillmentId fulfillment_id;
    std::int64_t quantity = 0;
    std::optional<Time> moved_at = {};  // as in Receive
    StreamId target() const { return stock; }
    bool operator==(const Ship&) const = default;
};
SHOP_DESCRIBE(Ship, stock, order_id, line_id, fulfillment_id, quantity, moved_at)

struct Restock {
    static constexpr std::string_view kType = "RestockStock";
    StockId stock;
    StreamId document;  // a credit note or return
    LineId line_id;     // of that document
    OrderId order_id;
    std::int64_t quantity = 0;
    Disposition disposition = Disposition::kSellable;
    std::optional<Time> moved_at = {};  // as in Receive
    StreamId target() const { return stock; }
    bool operator==(const Restock&) const = default;
};
SHOP_DESCRIBE(Restock, stock, document, line_id, order_id, quantity, disposition, moved_at)

using Command = std::variant<Open, SetPolicy, Receive, Adjust, Count, SetLevel, Reserve, Release,
                             Allocate, Ship, Restock>;

Result<Decision> decide(const Open&, const Streams&, const Env&);
Result<Decision> decide(const SetPolicy&, const Streams&, const Env&);
Result<Decision> decide(const Receive&, const Streams&, const Env&);
Result<Decision> decide(const Adjust&, const Streams&, const Env&);
Result<Decision> decide(const Count&, const Streams&, const Env&);
Result<Decision> decide(const SetLevel&, const Streams&, const Env&);
Result<Decision> decide(const Reserve&, const Streams&, const Env&);
Result<Decision> decide(const Release&, const Streams&, const Env&);
Result<Decision> decide(const Allocate&, const Streams&, const Env&);
Result<Decision> decide(const Ship&, const Streams&, const Env&);
Result<Decision> decide(const Restock&, const Streams&, const Env&);

// ---- Outcomes -----------------------------------------------------------------------------------

enum class OutcomeKind { kHeld, kRefused, kReleased, kAllocated, kShipped, kRestocked };
SHOP_DESCRIBE_ENUM(OutcomeKind, kHeld, kRefused, kReleased, kAllocated, kShipped, kRestocked)

struct Outcome {
    OutcomeKind kind = OutcomeKind::kRefused;
    std::int64_t available = 0;       // of a refusal
    std::int64_t held_undecided = 0;  // of a refusal
    bool operator==(const Outcome&) const = default;
};
SHOP_DESCRIBE(Outcome, kind, available, held_undecided)

// What the state says of a call after its command; nothing if the call was not decided here.
std::optional<Outcome> find_outcome(const State& state, const Reserve& call);
std::optional<Outcome> find_outcome(const State& state, const Release& call);
std::optional<Outcome> find_outcome(const State& state, const Allocate& call);
std::optional<Outcome> find_outcome(const State& state, const Ship& call);
std::optional<Outcome> find_outcome(const State& state, const Restock& call);

// What a move of a part of a line is known by: the document that made it and the line.
std::string move_key(const StreamId& document, const LineId& line);
// … of a release: the order's n-th cancellation of lines.
std::string move_key(const OrderId& order, const LineId& line, std::int32_t cancellation);

// What the item remembers of a receipt or an adjustment that another system knows.
std::string import_key(std::string_view event_type, const sale::External& external);

// The stock item of an inventory item at a location.
StockId stock_of(std::string_view inventory_item, std::string_view location = kMainLocation);

}  // namespace shop::stock
