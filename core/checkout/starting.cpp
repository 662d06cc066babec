#include "core/checkout/starting.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/catalog/catalog.hpp"
#include "core/json/encode.hpp"
#include "core/order/series.hpp"
#include "core/payment/offline.hpp"
#include "core/pricing/rules.hpp"

namespace shop::checkout {
namespace {

std::unexpected<Error> too_many_payments() {
    return fail(ErrorCode::kConflict, "too-many-payments",
                "Too many payments of this cart were declined. Make a new one.");
}

// The first payment id of the order, behind those that were used, that names nothing yet.
std::int32_t next_payment(const OrderId& order, std::int32_t used, const Streams& streams) {
    std::int32_t attempt = used + 1;
    while (streams.find_any(payment::payment_of(order, attempt)) != nullptr) ++attempt;
    return attempt;
}

IntendedPayment payment_by(const PaymentChoice& choice, const OrderId& order, std::int32_t attempt,
                           const Money& amount) {
    return {payment::payment_of(order, attempt),
            {.order_id = order,
             .attempt = attempt,
             .provider = choice.provider,
             .method = choice.method,
             .token = choice.token,
             .return_url = choice.return_url,
             .amount = amount,
             .capture = choice.capture,
             .after_stock = false,
             .reference = choice.reference,
             .captures_once = !choice.provider_can.several_captures}};
}

PlannedPayment plan_of(const IntendedPayment& payment) {
    return {.payment_id = payment.id,
            .provider = payment.initiated.provider,
            .amount = payment.initiated.amount,
            .token = {},
            .return_url = {},
            .capture = payment.initiated.capture,
            .reference = payment.initiated.reference};
}

}  // namespace

std::unexpected<Error> total_changed(const Money& total) {
    Error error{ErrorCode::kConflict, "total-changed",
                "The total is not what it was. Look at the cart and confirm the new total."};
    error.members = "\"total\":" + json::to_json(total, json::Defaults::kWrite);
    return std::unexpected(std::move(error));
}

shop::Status check_payment(const std::optional<PaymentChoice>& payment, const Money& total,
                           Source source, const Env& env) {
    if (total.is_zero()) return {};
    const bool by_shop = source == Source::kStaff || source == Source::kImport;
    if (!payment && by_shop) return {};
    if (!payment) return fail_field("/payment", "say how the total is to be paid");
    if (payment->provider == payment::kOfflineProvider && by_shop) return {};
    const auto settings = env.catalog->settings();
    const auto& providers = pricing::rules_at(*settings, env.now).store->document.providers;
    if (std::ranges::find(providers, payment->provider) == providers.end())
        return fail_field("/payment/provider", "the shop does not take this provider");
    const std::string refusal = payment::refusal_of(payment->provider_can, total);
    if (!refusal.empty()) return fail_field("/payment/provider", refusal);
    return {};
}

Result<std::int32_t> first_payment(const OrderId& order, const State* previous,
                                   const Streams& streams, const Env& env) {
    if (previous != nullptr && previous->payments_declined >= kDeclinesMax)
        return too_many_payments();
    const auto* numbers = streams.find<series::State>(env.local_series);
    if (numbers == nullptr || !numbers->next_number())
        return fail(ErrorCode::kUnavailable, "no-order-number",
                    "No order number is left here for the moment. Try again.");
    return next_payment(order, previous == nullptr ? 0 : previous->payments_total, streams);
}

std::optional<IntendedPayment> plan_payment(Started& started,
                                            const std::optional<PaymentChoice>& choice,
                                            std::int32_t number) {
    const Money total = started.totals.total;
    if (total.is_zero() || !choice) return std::nullopt;
    IntendedPayment payment = payment_by(*choice, started.order_id, number, total);
    payment.initiated.after_stock = true;
    PlannedPayment plan = plan_of(payment);
    plan.token = choice->token;
    plan.return_url = choice->return_url;
    started.payments.push_back(std::move(plan));
    return payment;
}

Result<Decision> pay_again(const std::optional<PaymentChoice>& choice,
                           const std::optional<Money>& expected_total, const State& state,
                           const Streams& streams, const Env& env) {
    Decision decision;
    const bool may_pay = state.status == Status::kPaying && !state.deadline_passed &&
                         env.now < state.quote.deadline && !state.payments.empty() &&
                         state.payments.back().has_ended();
    if (!may_pay) return decision;
    const Money total = state.quote.totals.total;
    if (expected_total && *expected_total != total) return total_changed(total);
    SHOP_TRY_STATUS(check_payment(choice, total, state.quote.source, env));
    if (state.payments_declined >= kDeclinesMax) return too_many_payments();
    if (!choice) return decision;
    const OrderId order = state.quote.order_id;
    const std::int32_t attempt = next_payment(order, state.payments_total, streams);
    IntendedPayment payment = payment_by(*choice, order, attempt, total);
    decision.add(checkout_of(order), PaymentAdded{plan_of(payment)});
    return std::move(decision.add(payment.id, std::move(payment.initiated)));
}

}  // namespace shop::checkout
