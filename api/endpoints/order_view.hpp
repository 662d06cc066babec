// An order as the API shows it to its shopper, and to staff, who see more. Before `order.placed` it
// is the checkout that is shown, as `pending`, or as `failed` once it came to nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/person_views.hpp"
#include "core/base/describe.hpp"
#include "core/cart/quote.hpp"
#include "core/order/order.hpp"
#include "core/order/payment_status.hpp"

namespace shop::api {

enum class OrderStatus { kPending, kPlaced, kConfirmed, kOnHold, kClosed, kCanceled, kFailed };
SHOP_DESCRIBE_ENUM(OrderStatus, kPending, kPlaced, kConfirmed, kOnHold, kClosed, kCanceled, kFailed)

struct LineQuantities {
    std::int64_t ordered = 0;
    std::int64_t canceled = 0;
    std::int64_t fulfilled = 0;
    std::int64_t returned = 0;
    bool operator==(const LineQuantities&) const = default;
};
SHOP_DESCRIBE(LineQuantities, ordered, canceled, fulfilled, returned)

struct OrderLineView {
    LineId id;
    std::string sku;
    std::string title;
    std::map<std::string, std::string> options;
    std::int64_t quantity = 0;
    LineQuantities quantities;
    std::string unit;
    Money unit_price;
    Money net;
    Money tax;
    Money gross;
    std::vector<sale::Discount> discounts;
    ProductId product_id;
    VariantId variant_id;
    static constexpr std::string_view kSchemaName = "OrderLine";
    bool operator==(const OrderLineView&) const = default;
};
SHOP_DESCRIBE(OrderLineView, id, sku, title, options, quantity, quantities, unit, unit_price, net,
              tax, gross, discounts, product_id, variant_id)

// What the shopper has to do at the provider's.
struct PaymentActionView {
    std::string kind;  // "redirect"
    std::string url;
    Time deadline;
    static constexpr std::string_view kSchemaName = "PaymentAction";
    bool operator==(const PaymentActionView&) const = default;
};
SHOP_DESCRIBE(PaymentActionView, kind, url, deadline)

struct RefusedCaptureView {
    Money amount;
    std::string code;
    static constexpr std::string_view kSchemaName = "RefusedCapture";
    bool operator==(const RefusedCaptureView&) const = default;
};
SHOP_DESCRIBE(RefusedCaptureView, amount, code)

struct OrderPaymentView {
    PaymentId id;
    std::string provider;
    std::string method;                    // "card", "invoice", "transfer"
    std::optional<std::string> reference;  // of an offline payment
    payment::Status status = payment::Status::kInitiated;
    Money amount;
    Money captured;
    Money refunded;
    std::optional<std::string> code;  // why it was declined
    std::optional<PaymentActionView> action;
    std::optional<RefusedCaptureView> refused_capture;  // its money is to be taken still
    static constexpr std::string_view kSchemaName = "OrderPayment";
    bool operator==(const OrderPaymentView&) const = default;
};
SHOP_DESCRIBE(OrderPaymentView, id, provider, method, reference, status, amount, captured, refunded,
              code, action, refused_capture)

struct RefusedLineView {
    LineId line_id;
    std::int64_t requested = 0;
    std::int64_t available = 0;
    static constexpr std::string_view kSchemaName = "RefusedLine";
    bool operator==(const RefusedLineView&) const = default;
};
SHOP_DESCRIBE(RefusedLineView, line_id, requested, available)

struct OrderFailureView {
    checkout::FailReason reason = checkout::FailReason::kOutOfStock;
    std::vector<RefusedLineView> lines;
    static constexpr std::string_view kSchemaName = "OrderFailure";
    bool operator==(const OrderFailureView&) const = default;
};
SHOP_DESCRIBE(OrderFailureView, reason, lines)

struct FulfillmentLineView {
    LineId line_id;
    std::int64_t quantity = 0;
    static constexpr std::string_view kSchemaName = "FulfillmentLine";
    bool operator==(const FulfillmentLineView&) const = default;
};
SHOP_DESCRIBE(FulfillmentLineView, line_id, quantity)

struct OrderFulfillmentView {
    FulfillmentId id;
    std::int32_t number = 0;  // of this order, from 1
    fulfillment::Status status = fulfillment::Status::kCreated;
    std::vector<FulfillmentLineView> lines;
    std::string carrier;
    std::vector<std::string> tracking;
    Time created_at;
    std::optional<Time> shipped_at;
    std::optional<Time> ended_at;  // delivered, failed or canceled
    static constexpr std::string_view kSchemaName = "OrderFulfillment";
    bool operator==(const OrderFulfillmentView&) const = default;
};
SHOP_DESCRIBE(OrderFulfillmentView, id, number, status, lines, carrier, tracking, created_at,
              shipped_at, ended_at)

// Of what was not canceled.
enum class FulfillmentStatus { kUnfulfilled, kPartiallyFulfilled, kFulfilled, kDelivered };
SHOP_DESCRIBE_ENUM(FulfillmentStatus, kUnfulfilled, kPartiallyFulfilled, kFulfilled, kDelivered)

struct OrderHoldView {
    order::HoldReason hold = order::HoldReason::kPayment;
    Reason reason;
    static constexpr std::string_view kSchemaName = "OrderHold";
    bool operator==(const OrderHoldView&) const = default;
};
SHOP_DESCRIBE(OrderHoldView, hold, reason)

// The provider says another amount of a capture or a refund than counts here, or of all that it
// took if it names neither. Accepting it names the same.
struct PaymentMismatchView {
    PaymentId payment_id;
    std::optional<CaptureId> capture_id;
    std::optional<RefundId> refund_id;
    Money amount;    // that it says
    Money expected;  // that is right
    static constexpr std::string_view kSchemaName = "PaymentMismatch";
    bool operator==(const PaymentMismatchView&) const = default;
};
SHOP_DESCRIBE(PaymentMismatchView, payment_id, capture_id, refund_id, amount, expected)

// What no shopper is shown.
struct OrderForStaff {
    checkout::Source source = checkout::Source::kWeb;
    std::optional<sale::External> external;
    std::optional<CustomerId> customer_id;
    std::optional<OrderId> replaces;
    std::optional<OrderHoldView> hold;  // why nothing of it is shipped
    std::vector<CreditNoteId> credit_notes;
    std::int64_t notes = 0;  // how many; /notes has them
    std::vector<PaymentMismatchView> mismatches;
    static constexpr std::string_view kSchemaName = "OrderForStaff";
    bool operator==(const OrderForStaff&) const = default;
};
SHOP_DESCRIBE(OrderForStaff, source, external, customer_id, replaces, hold, credit_notes, notes,
              mismatches)

struct OrderView {
    OrderId id;
    std::optional<std::string> number;  // once it is placed
    OrderStatus status = OrderStatus::kPending;
    order::PaymentStatus payment_status = order::PaymentStatus::kPending;
    FulfillmentStatus fulfillment_status = FulfillmentStatus::kUnfulfilled;
    std::string return_status = "none";
    CartId cart_id;
    std::optional<Time> placed_at;
    std::optional<Time> canceled_at;
    Currency currency;
    bool prices_include_tax = true;
    std::vector<OrderLineView> lines;
    sale::Totals totals;
    Money due;      // the total, less what was canceled and credited
    Money balance;  // of it, what was not captured, or captured and given back
    std::optional<ContactView> contact;
    std::optional<AddressView> shipping_address;
    std::optional<AddressView> billing_address;
    std::optional<cart::ShippingOption> shipping_option;
    std::vector<OrderPaymentView> payments;
    std::vector<OrderFulfillmentView> fulfillments;
    std::optional<OrderFailureView> failure;  // of status failed
    std::optional<Time> pay_until;            // of status pending
    std::optional<OrderForStaff> staff;       // for staff alone
    static constexpr std::string_view kSchemaName = "Order";
    bool operator==(const OrderView&) const = default;
};
SHOP_DESCRIBE(OrderView, id, number, status, payment_status, fulfillment_status, return_status,
              cart_id, placed_at, canceled_at, currency, prices_include_tax, lines, totals, due,
              balance, contact, shipping_address, billing_address, shipping_option, payments,
              fulfillments, failure, pay_until, staff)

// Errors are those of opening personal data (events/keys/personal.hpp).
Result<OrderView> view_of(const OrderFacts& facts, const KeyStore& keys);
// … with what only staff are shown.
Result<OrderView> staff_view_of(const OrderFacts& facts, const KeyStore& keys);

}  // namespace shop::api
