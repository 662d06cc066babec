// A fulfillment: some units of an order that leave the house together.
//
// created → shipped → delivered, or failed; created → canceled. The n-th of an order has an id made
// from the order's, in its slot, so that whoever decides about the order finds them all (find_all).
// Shipping is where on_hand falls: each stocked line is owed to its stock item from then on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/checkout/checkout.hpp"
#include "core/order/order.hpp"
#include "core/stock/stock.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::fulfillment {

// ---- Events: stored for ever --------------------------------------------------------------------

struct Line {
    LineId line_id;    // of the order
    StockId stock_id;  // empty: not stocked
    std::int64_t quantity = 0;
    bool operator==(const Line&) const = default;
};
SHOP_DESCRIBE(Line, line_id, stock_id, quantity)

struct Created {
    static constexpr std::string_view kType = "fulfillment.created";
    static constexpr int kSchema = 1;
    OrderId order_id;
    std::int32_t number = 0;  // of this order, from 1
    std::string location;
    std::vector<Line> lines;
    Reason reason;
    bool operator==(const Created&) const = default;
};
SHOP_DESCRIBE(Created, order_id, number, location, lines, reason)

struct Shipped {
    static constexpr std::string_view kType = "fulfillment.shipped";
    static constexpr int kSchema = 1;
    std::string carrier;
    std::vector<std::string> tracking;
    Reason reason;
    std::optional<Time> shipped_at;  // if that was before its record
    bool operator==(const Shipped&) const = default;
};
SHOP_DESCRIBE(Shipped, carrier, tracking, reason, shipped_at)

struct Delivered {
    static constexpr std::string_view kType = "fulfillment.delivered";
    static constexpr int kSchema = 1;
    Reason reason;
    bool operator==(const Delivered&) const = default;
};
SHOP_DESCRIBE(Delivered, reason)

// It left and did not arrive. What the buyer gets instead is told by credit notes.
struct Failed {
    static constexpr std::string_view kType = "fulfillment.failed";
    static constexpr int kSchema = 1;
    Reason reason;
    bool operator==(const Failed&) const = default;
};
SHOP_DESCRIBE(Failed, reason)

// Before it left: its units may go into another one.
struct Canceled {
    static constexpr std::string_view kType = "fulfillment.canceled";
    static constexpr int kSchema = 1;
    Reason reason;
    bool operator==(const Canceled&) const = default;
};
SHOP_DESCRIBE(Canceled, reason)

// The stock items have noted what left.
struct EffectAnswered {
    static constexpr std::string_view kType = "fulfillment.effect_answered";
    static constexpr int kSchema = 1;
    std::vector<checkout::EffectAnswer> answers;
    bool operator==(const EffectAnswered&) const = default;
};
SHOP_DESCRIBE(EffectAnswered, answers)

using Event = std::variant<Created, Shipped, Delivered, Failed, Canceled, EffectAnswered>;

// ---- State --------------------------------------------------------------------------------------

enum class Status { kCreated, kShipped, kDelivered, kFailed, kCanceled };
SHOP_DESCRIBE_ENUM(Status, kCreated, kShipped, kDelivered, kFailed, kCanceled)

struct State {
    Status status = Status::kCreated;
    Created created;
    Time created_at;
    std::optional<Shipped> shipped;
    Time shipped_at;
    Time ended_at;               // delivered, failed, canceled
    std::vector<EffectId> owed;  // units to be shipped at the stock items
    bool operator==(const State&) const = default;

    bool has_left() const { return status != Status::kCreated && status != Status::kCanceled; }
    // Units of an order's line that are in it, and not in a canceled one.
    std::int64_t quantity_of(const LineId& line) const;
};
SHOP_DESCRIBE(State, status, created, created_at, shipped, shipped_at, ended_at, owed)

void evolve(State&, const Created&, Time);
void evolve(State&, const Shipped&, Time);
void evolve(State&, const Delivered&, Time);
void evolve(State&, const Failed&, Time);
void evolve(State&, const Canceled&, Time);
void evolve(State&, const EffectAnswered&, Time);

// ---- Commands -----------------------------------------------------------------------------------

inline constexpr std::int32_t kFulfillmentsMax = 500;  // of an order, canceled ones included
inline constexpr std::size_t kTrackingMax = 20;

// How it leaves the house.
struct Shipment {
    std::string carrier;
    std::vector<std::string> tracking;
    std::optional<Time> shipped_at;  // if that was before now
    bool operator==(const Shipment&) const = default;
};
SHOP_DESCRIBE(Shipment, carrier, tracking, shipped_at)

// Some units of an order, or all that are in no fulfillment yet, shall leave together; with a
// shipment they have left. It confirms the order. kConflict "order-on-hold", "order-canceled",
// "nothing-to-fulfill", "stock-not-allocated" (its units are being set aside: try again),
// "authorization-expired" (the rest of the money was to come from there); kInvalid names the line
// of which there are not that many.
struct Create {
    static constexpr std::string_view kType = "CreateFulfillment";
    OrderId order;
    std::vector<order::LineQuantity> lines;  // none: all that is left
    std::string location{stock::kMainLocation};
    Reason reason;
    std::optional<Shipment> shipment;
    StreamId target() const { return order; }
    bool operator==(const Create&) const = default;
};
SHOP_DESCRIBE(Create, order, lines, location, reason, shipment)

// It left. What it costs is taken in the same record: its units by the penny rule, and with the
// first of an order all that are no items. Nothing if all was taken before.
struct Ship {
    static constexpr std::string_view kType = "ShipFulfillment";
    FulfillmentId fulfillment;
    Shipment shipment;
    Reason reason;
    StreamId target() const { return fulfillment; }
    bool operator==(const Ship&) const = default;
};
SHOP_DESCRIBE(Ship, fulfillment, shipment, reason)

struct Deliver {
    static constexpr std::string_view kType = "DeliverFulfillment";
    FulfillmentId fulfillment;
    Reason reason;
    StreamId target() const { return fulfillment; }
    bool operator==(const Deliver&) const = default;
};
SHOP_DESCRIBE(Deliver, fulfillment, reason)

struct Fail {
    static constexpr std::string_view kType = "FailFulfillment";
    FulfillmentId fulfillment;
    Reason reason;
    StreamId target() const { return fulfillment; }
    bool operator==(const Fail&) const = default;
};
SHOP_DESCRIBE(Fail, fulfillment, reason)

struct Cancel {
    static constexpr std::string_view kType = "CancelFulfillment";
    FulfillmentId fulfillment;
    Reason reason;
    StreamId target() const { return fulfillment; }
    bool operator==(const Cancel&) const = default;
};
SHOP_DESCRIBE(Cancel, fulfillment, reason)

// The stock items have noted what left.
struct RecordAnswers {
    static constexpr std::string_view kType = "RecordFulfillmentAnswers";
    FulfillmentId fulfillment;
    std::vector<checkout::EffectAnswer> answers;
    StreamId target() const { return fulfillment; }
    bool operator==(const RecordAnswers&) const = default;
};
SHOP_DESCRIBE(RecordAnswers, fulfillment, answers)

using Command = std::variant<Create, Ship, Deliver, Fail, Cancel, RecordAnswers>;

Result<Decision> decide(const Create&, const Streams&, const Env&);
Result<Decision> decide(const Ship&, const Streams&, const Env&);
Result<Decision> decide(const Deliver&, const Streams&, const Env&);
Result<Decision> decide(const Fail&, const Streams&, const Env&);
Result<Decision> decide(const Cancel&, const Streams&, const Env&);
Result<Decision> decide(const RecordAnswers&, const Streams&, const Env&);

// ---- Ids ----------------------------------------------------------------------------------------

// The n-th fulfillment of an order, from 1.
FulfillmentId fulfillment_of(const OrderId& order, std::int32_t number);
EffectId ship_effect(const FulfillmentId& fulfillment, const LineId& line);

// All of an order's, in the order of their numbers.
struct Found {
    FulfillmentId id;
    const State* state = nullptr;
};
std::vector<Found> find_all(const OrderId& order, const Streams& streams);

}  // namespace shop::fulfillment
