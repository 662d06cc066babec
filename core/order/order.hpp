// An order: a sale, from `order.placed` on. Before that, only a checkout exists.
//
// It owes its stock: each line's units are allocated (held → sold) after it was placed, or released
// if it was canceled first. How it stands with money is told by its payments.
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
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::order {

// ---- Events: stored for ever --------------------------------------------------------------------

struct Placed {
    static constexpr std::string_view kType = "order.placed";
    static constexpr int kSchema = 1;
    std::string number;
    checkout::Source source = checkout::Source::kWeb;
    std::string channel;
    std::string locale;
    CheckoutId checkout_id;
    CartId cart_id;  // empty: sold by staff or imported
    sale::Party party;
    std::optional<sale::Address> shipping_address;
    std::optional<sale::Address> billing_address;
    std::optional<sale::ShippingChoice> shipping;
    std::vector<sale::Line> lines;
    sale::Terms terms;
    sale::Totals totals;
    std::vector<PaymentId> payment_ids;
    std::vector<checkout::HeldLine> reservations;  // what the lines' units are held under
    std::string access_token_hash;
    std::optional<sale::External> external;
    OrderId replaces;
    bool operator==(const Placed&) const = default;
};
SHOP_DESCRIBE(Placed, number, source, channel, locale, checkout_id, cart_id, party,
              shipping_address, billing_address, shipping, lines, terms, totals, payment_ids,
              reservations, access_token_hash, external, replaces)

enum class CancelReason { kCustomer, kInventory, kFraud, kPayment, kStaff, kOther };
SHOP_DESCRIBE_ENUM(CancelReason, kCustomer, kInventory, kFraud, kPayment, kStaff, kOther)

struct Canceled {
    static constexpr std::string_view kType = "order.canceled";
    static constexpr int kSchema = 1;
    CancelReason reason = CancelReason::kCustomer;
    bool restock = false;  // goods that had left come back; never for an unfulfilled order
    bool operator==(const Canceled&) const = default;
};
SHOP_DESCRIBE(Canceled, reason, restock)

// Allocations, or releases after a cancel, were acknowledged.
struct EffectAnswered {
    static constexpr std::string_view kType = "order.effect_answered";
    static constexpr int kSchema = 1;
    std::vector<checkout::EffectAnswer> answers;
    bool operator==(const EffectAnswered&) const = default;
};
SHOP_DESCRIBE(EffectAnswered, answers)

using Event = std::variant<Placed, Canceled, EffectAnswered>;

// ---- State --------------------------------------------------------------------------------------

enum class Status { kPlaced, kConfirmed, kOnHold, kClosed, kCanceled };
SHOP_DESCRIBE_ENUM(Status, kPlaced, kConfirmed, kOnHold, kClosed, kCanceled)

struct State {
    Status status = Status::kPlaced;
    Placed placed;
    Time placed_at;
    std::optional<Canceled> canceled;
    std::optional<Time> canceled_at;
    std::vector<EffectId> owed;  // allocations, or releases, without an answer
    bool operator==(const State&) const = default;
};
SHOP_DESCRIBE(State, status, placed, placed_at, canceled, canceled_at, owed)

void evolve(State&, const Placed&, Time);
void evolve(State&, const Canceled&, Time);
void evolve(State&, const EffectAnswered&, Time);

// ---- Commands -----------------------------------------------------------------------------------

// The shopper's cancel. An order that is placed and unfulfilled is canceled: its stock is released,
// its payments are voided. One that is still `pending` (its checkout is under way) ends that: the
// cart opens again. kNotFound if there is neither; kConflict "already-captured" once money was
// taken or is being taken; no event if it is canceled already.
struct Cancel {
    static constexpr std::string_view kType = "CancelOrder";
    OrderId order;
    CancelReason reason = CancelReason::kCustomer;
    StreamId target() const { return order; }
};

// Staff takes the whole amount that is authorized for the order. kConflict if nothing is, or if it
// was taken already.
struct Capture {
    static constexpr std::string_view kType = "CaptureOrder";
    OrderId order;
    Reason reason;
    StreamId target() const { return order; }
};

// Allocations or releases were acknowledged.
struct RecordAnswers {
    static constexpr std::string_view kType = "RecordOrderAnswers";
    OrderId order;
    std::vector<checkout::EffectAnswer> answers;
    StreamId target() const { return order; }
};

using Command = std::variant<Cancel, Capture, RecordAnswers>;

Result<Decision> decide(const Cancel&, const Streams&, const Env&);
Result<Decision> decide(const Capture&, const Streams&, const Env&);
Result<Decision> decide(const RecordAnswers&, const Streams&, const Env&);

// ---- Ids ----------------------------------------------------------------------------------------

EffectId allocate_effect(const OrderId&, const LineId&);
EffectId release_effect(const OrderId&, const LineId&);

}  // namespace shop::order
