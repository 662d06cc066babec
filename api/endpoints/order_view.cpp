#include "api/endpoints/order_view.hpp"

#include <algorithm>
#include <utility>

#include "core/fulfillment/progress.hpp"
#include "core/payment/offline.hpp"

namespace shop::api {
namespace {

OrderStatus status_of(order::Status status) {
    switch (status) {
        case order::Status::kPlaced:
            return OrderStatus::kPlaced;
        case order::Status::kConfirmed:
            return OrderStatus::kConfirmed;
        case order::Status::kOnHold:
            return OrderStatus::kOnHold;
        case order::Status::kClosed:
            return OrderStatus::kClosed;
        case order::Status::kCanceled:
            return OrderStatus::kCanceled;
    }
    return OrderStatus::kPlaced;
}

// Before it is placed nothing of the order is over: another card may pay.
order::Ledger ledger_of(const OrderFacts& facts) {
    std::vector<const payment::State*> payments;
    for (const auto& [id, payment] : facts.payments)
        if (payment) payments.push_back(payment.find());
    if (facts.order)
        return order::ledger_of(facts.order->placed.totals.total, facts.order->due(), payments);
    const Money& total = facts.checkout->quote.totals.total;
    order::Ledger ledger = order::ledger_of(total, total, payments);
    ledger.unpaid = order::PaymentStatus::kPending;
    return ledger;
}

// How far the lines of a sale have come.
class Quantities {
  public:
    Quantities() = default;
    explicit Quantities(const OrderFacts& facts)
        : order_(facts.order.find()), progress_(progress_of(facts)) {}

    LineQuantities of(const sale::Line& line) const {
        if (order_ == nullptr) return {line.quantity, 0, 0, 0};
        const fulfillment::LineUnits units = progress_->of(line.line_id);
        return {line.quantity, order_->canceled ? line.quantity : units.canceled, units.shipped,
                order_->progress_of(line.line_id).returned};
    }
    FulfillmentStatus status() const {
        if (order_ == nullptr) return FulfillmentStatus::kUnfulfilled;
        switch (progress_->fulfilled()) {
            case fulfillment::Fulfilled::kNothing:
                return FulfillmentStatus::kUnfulfilled;
            case fulfillment::Fulfilled::kInPart:
                return FulfillmentStatus::kPartiallyFulfilled;
            case fulfillment::Fulfilled::kAll:
                break;
        }
        return has_all_arrived_ ? FulfillmentStatus::kDelivered : FulfillmentStatus::kFulfilled;
    }

  private:
    fulfillment::Progress progress_of(const OrderFacts& facts) {
        std::vector<fulfillment::Found> all;
        for (const auto& [id, fact] : facts.fulfillments) {
            all.push_back({id, fact.find()});
            const auto status = fact->status;
            has_all_arrived_ = has_all_arrived_ && (status == fulfillment::Status::kDelivered ||
                                                    status == fulfillment::Status::kCanceled);
        }
        return {*order_, all};
    }

    const order::State* order_ = nullptr;
    bool has_all_arrived_ = true;
    std::optional<fulfillment::Progress> progress_;
};

std::vector<OrderLineView> views_of(const std::vector<sale::Line>& lines,
                                    const Quantities& quantities) {
    std::vector<OrderLineView> views;
    for (const sale::Line& line : lines) {
        if (line.kind != sale::LineKind::kItem) continue;
        Money tax{0, line.net.currency};
        for (const sale::TaxLine& part : line.tax) tax += part.amount;
        views.push_back({.id = line.line_id,
                         .sku = line.sku,
                         .title = line.title,
                         .options = line.options,
                         .quantity = line.quantity,
                         .quantities = quantities.of(line),
                         .unit = line.unit,
                         .unit_price = line.unit_price.money,
                         .net = line.net,
                         .tax = tax,
                         .gross = line.gross,
                         .discounts = line.discounts,
                         .product_id = line.product_id,
                         .variant_id = line.variant_id});
    }
    return views;
}

OrderPaymentView view_of(const PaymentId& id, const payment::State& payment) {
    OrderPaymentView view{.id = id,
                          .provider = payment.provider,
                          .method = payment.method.type,
                          .reference = {},
                          .status = payment.status,
                          .amount = payment.amount,
                          .captured = {payment.captured.minor_units, payment.amount.currency},
                          .refunded = {payment.refunded.minor_units, payment.amount.currency},
                          .code = {},
                          .action = {},
                          .refused_capture = {}};
    if (payment.provider == payment::kOfflineProvider) view.reference = payment.provider_reference;
    if (payment.declined) view.code = payment.declined->code;
    if (const payment::CaptureState* refused = payment.owed_capture())
        view.refused_capture = RefusedCaptureView{refused->amount, refused->failure};
    if (payment.status == payment::Status::kActionRequired && payment.action)
        view.action =
            PaymentActionView{payment.action->kind, payment.action->url, payment.action->deadline};
    return view;
}

OrderFulfillmentView view_of(const FulfillmentId& id, const fulfillment::State& fulfillment) {
    OrderFulfillmentView view{.id = id,
                              .number = fulfillment.created.number,
                              .status = fulfillment.status,
                              .created_at = fulfillment.created_at};
    for (const fulfillment::Line& line : fulfillment.created.lines)
        view.lines.push_back({line.line_id, line.quantity});
    if (fulfillment.shipped) {
        view.carrier = fulfillment.shipped->carrier;
        view.tracking = fulfillment.shipped->tracking;
        view.shipped_at = fulfillment.shipped->shipped_at.value_or(fulfillment.shipped_at);
    }
    const bool is_under_way = fulfillment.status == fulfillment::Status::kCreated ||
                              fulfillment.status == fulfillment::Status::kShipped;
    if (!is_under_way) view.ended_at = fulfillment.ended_at;
    return view;
}

// What a placed order and a checkout's quote have in common.
template <class Sale>
Status show_sale(const Sale& sale, const Quantities& quantities, const KeyStore& keys,
                 OrderView& view) {
    SHOP_TRY(contact, contact_view(keys, sale.party));
    SHOP_TRY(shipping_address, address_view(keys, sale.shipping_address));
    SHOP_TRY(billing_address, address_view(keys, sale.billing_address));
    view.contact = std::move(contact);
    view.shipping_address = std::move(shipping_address);
    view.billing_address = std::move(billing_address);
    view.cart_id = sale.cart_id;
    view.currency = sale.terms.currency;
    view.prices_include_tax = sale.terms.prices_include_tax;
    view.lines = views_of(sale.lines, quantities);
    view.totals = sale.totals;
    view.due = sale.totals.total;
    if (sale.shipping)
        view.shipping_option = cart::ShippingOption{sale.shipping->option_id, sale.shipping->title,
                                                    sale.shipping->price};
    return {};
}

Status show_order(const OrderFacts& facts, const KeyStore& keys, OrderView& view) {
    const order::State& order = *facts.order.find();
    const Quantities quantities(facts);
    view.status = status_of(order.status);
    view.number = order.placed.number;
    view.placed_at = order.placed_at;
    view.canceled_at = order.canceled_at;
    SHOP_TRY_STATUS(show_sale(order.placed, quantities, keys, view));
    view.due = order.due();
    view.fulfillment_status = quantities.status();
    for (const auto& [id, fact] : facts.fulfillments)
        view.fulfillments.push_back(view_of(id, *fact.find()));
    return {};
}

Status show_checkout(const checkout::State& checkout, const KeyStore& keys, OrderView& view) {
    if (checkout.is_closed()) {
        view.status = OrderStatus::kFailed;
        OrderFailureView failure{.reason = checkout.failure->reason, .lines = {}};
        for (const checkout::RefusedLine& line : checkout.failure->lines)
            failure.lines.push_back({line.line_id, line.requested, line.available});
        view.failure = std::move(failure);
    } else {
        view.pay_until = checkout.quote.deadline;
    }
    return show_sale(checkout.quote, Quantities(), keys, view);
}

template <class Id>
std::optional<Id> id_or_nothing(const Id& id) {
    return id.is_empty() ? std::nullopt : std::optional(id);
}

// What a placed order and a checkout's quote have in common of this.
template <class Sale>
OrderForStaff for_staff(const Sale& sale) {
    return {.source = sale.source,
            .external = sale.external,
            .customer_id = id_or_nothing(sale.party.customer_id),
            .replaces = id_or_nothing(sale.replaces),
            .hold = {},
            .credit_notes = {},
            .mismatches = {}};
}

std::vector<PaymentMismatchView> mismatches_of(const OrderFacts& facts) {
    std::vector<PaymentMismatchView> views;
    for (const auto& [id, payment] : facts.payments) {
        if (!payment || !payment->has_wrong_move()) continue;
        const auto& told = *payment->mismatch;
        views.push_back({.payment_id = id,
                         .capture_id = id_or_nothing(told.capture_id),
                         .refund_id = id_or_nothing(told.refund_id),
                         .amount = told.observed,
                         .expected = told.expected});
    }
    return views;
}

OrderForStaff for_staff_of(const OrderFacts& facts) {
    if (!facts.order) return for_staff(facts.checkout->quote);
    const order::State& order = *facts.order.find();
    OrderForStaff view = for_staff(order.placed);
    view.mismatches = mismatches_of(facts);
    view.customer_id = id_or_nothing(order.customer_id);
    if (order.held) view.hold = OrderHoldView{order.held->hold, order.held->reason};
    view.credit_notes = order.credit_notes;
    view.notes = order.notes;
    return view;
}

}  // namespace

Result<OrderView> view_of(const OrderFacts& facts, const KeyStore& keys) {
    const order::Ledger ledger = ledger_of(facts);
    OrderView view{.id = facts.id, .payment_status = payment_status_of(ledger)};
    if (facts.order) {
        SHOP_TRY_STATUS(show_order(facts, keys, view));
    } else {
        SHOP_TRY_STATUS(show_checkout(*facts.checkout.find(), keys, view));
    }
    for (const auto& [id, payment] : facts.payments)
        if (payment) view.payments.push_back(view_of(id, *payment.find()));
    view.balance = {ledger.balance(), view.currency};
    return view;
}

Result<OrderView> staff_view_of(const OrderFacts& facts, const KeyStore& keys) {
    SHOP_TRY(view, view_of(facts, keys));
    view.staff = for_staff_of(facts);
    return view;
}

}  // namespace shop::api
