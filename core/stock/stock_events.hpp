// The events of a stock item's stream (stock.hpp has the rules).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/sale/values.hpp"

namespace shop::stock {

struct Reservation {
    OrderId order_id;
    LineId line_id;
    std::int32_t attempt = 0;  // of the reservation, grows with each try of the same line
    bool operator==(const Reservation&) const = default;
};
SHOP_DESCRIBE(Reservation, order_id, line_id, attempt)

struct Opened {
    static constexpr std::string_view kType = "stock.opened";
    static constexpr int kSchema = 1;
    VariantId variant_id;
    std::string inventory_item;
    std::string location;
    bool operator==(const Opened&) const = default;
};
SHOP_DESCRIBE(Opened, variant_id, inventory_item, location)

struct PolicySet {
    static constexpr std::string_view kType = "stock.policy_set";
    static constexpr int kSchema = 1;
    bool tracked = true;
    std::int64_t backorder_limit = 0;  // 0: none; −1: unlimited
    std::int64_t safety_stock = 0;
    Reason reason;
    bool operator==(const PolicySet&) const = default;
};
SHOP_DESCRIBE(PolicySet, tracked, backorder_limit, safety_stock, reason)

enum class ReceiveReason { kPurchase, kReturn, kTransfer, kOpening, kAssumed };
SHOP_DESCRIBE_ENUM(ReceiveReason, kPurchase, kReturn, kTransfer, kOpening, kAssumed)

struct Received {
    static constexpr std::string_view kType = "stock.received";
    static constexpr int kSchema = 1;
    std::int64_t quantity = 0;
    ReceiveReason reason = ReceiveReason::kPurchase;
    std::string reference;
    std::string note;
    std::optional<sale::External> external;  // what an import knows it by
    bool operator==(const Received&) const = default;
};
SHOP_DESCRIBE(Received, quantity, reason, reference, note, external)

enum class AdjustReason { kCount, kDamage, kLoss, kFound, kSample, kCorrection, kUnknown };
SHOP_DESCRIBE_ENUM(AdjustReason, kCount, kDamage, kLoss, kFound, kSample, kCorrection, kUnknown)

// short_by: as State::short_by after it; an operator must act.
struct Adjusted {
    static constexpr std::string_view kType = "stock.adjusted";
    static constexpr int kSchema = 1;
    std::int64_t delta = 0;
    std::optional<std::int64_t> counted;
    AdjustReason reason = AdjustReason::kCount;
    std::string note;
    std::int64_t short_by = 0;
    std::optional<sale::External> external;  // what an import knows it by
    bool operator==(const Adjusted&) const = default;
};
SHOP_DESCRIBE(Adjusted, delta, counted, reason, note, short_by, external)

struct Reserved {
    static constexpr std::string_view kType = "stock.reserved";
    static constexpr int kSchema = 1;
    Reservation reservation;
    std::int64_t quantity = 0;
    std::int64_t backordered = 0;  // of the quantity, units that are not there yet
    bool operator==(const Reserved&) const = default;
};
SHOP_DESCRIBE(Reserved, reservation, quantity, backordered)

struct ReservationRefused {
    static constexpr std::string_view kType = "stock.reservation_refused";
    static constexpr int kSchema = 1;
    Reservation reservation;
    std::int64_t requested = 0;
    std::int64_t available = 0;
    std::int64_t held_undecided = 0;  // units that may come free: held by undecided checkouts
    bool operator==(const ReservationRefused&) const = default;
};
SHOP_DESCRIBE(ReservationRefused, reservation, requested, available, held_undecided)

enum class ReleaseReason { kRefused, kDeclined, kExpired, kCanceled, kEdited };
SHOP_DESCRIBE_ENUM(ReleaseReason, kRefused, kDeclined, kExpired, kCanceled, kEdited)

// The whole reservation, or, of an order whose line was canceled in part, `quantity` units of it.
struct Released {
    static constexpr std::string_view kType = "stock.released";
    static constexpr int kSchema = 1;
    Reservation reservation;
    std::int64_t quantity = 0;  // 0 if nothing was held
    ReleaseReason reason = ReleaseReason::kRefused;
    std::int32_t cancellation = 0;  // the order's n-th cancellation of lines; 0: the whole
    std::int64_t held = 0;          // units the line has left, after a part
    std::int64_t allocated = 0;     // …
    bool operator==(const Released&) const = default;
};
SHOP_DESCRIBE(Released, reservation, quantity, reason, cancellation, held, allocated)

// Held units are sold.
struct Allocated {
    static constexpr std::string_view kType = "stock.allocated";
    static constexpr int kSchema = 1;
    Reservation reservation;
    std::int64_t quantity = 0;
    bool operator==(const Allocated&) const = default;
};
SHOP_DESCRIBE(Allocated, reservation, quantity)

// Sold units left the house: on_hand falls here, and so does what is allocated to the line.
struct Shipped {
    static constexpr std::string_view kType = "stock.shipped";
    static constexpr int kSchema = 1;
    OrderId order_id;
    LineId line_id;
    FulfillmentId fulfillment_id;
    std::int64_t quantity = 0;
    std::int64_t taken = 0;  // from what is on hand: less if the item is not tracked
    std::int64_t left = 0;   // allocated to the line, still to be shipped
    bool operator==(const Shipped&) const = default;
};
SHOP_DESCRIBE(Shipped, order_id, line_id, fulfillment_id, quantity, taken, left)

enum class Disposition { kSellable, kDamaged, kLost };
SHOP_DESCRIBE_ENUM(Disposition, kSellable, kDamaged, kLost)

// Units came back with a return or a credit note. Only sellable ones are on hand again.
struct Restocked {
    static constexpr std::string_view kType = "stock.restocked";
    static constexpr int kSchema = 1;
    StreamId document;  // the credit note or return
    LineId line_id;     // of that document
    OrderId order_id;   // empty: sold before this log began
    std::int64_t quantity = 0;
    Disposition disposition = Disposition::kSellable;
    bool operator==(const Restocked&) const = default;
};
SHOP_DESCRIBE(Restocked, document, line_id, order_id, quantity, disposition)

using Event = std::variant<Opened, PolicySet, Received, Adjusted, Reserved, ReservationRefused,
                           Released, Allocated, Shipped, Restocked>;

}  // namespace shop::stock
