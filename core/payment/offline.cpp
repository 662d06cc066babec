#include "core/payment/offline.hpp"

#include <utility>

#include "core/base/assert.hpp"
#include "core/decision.hpp"
#include "core/payment/ids.hpp"
#include "core/payment/observation.hpp"
#include "core/payment/payment.hpp"

namespace shop::payment {
namespace {

ResultOf answer(const AuthorizeCall& call) {
    if (call.capture == CaptureMode::kManual)
        return ResultAuthorized{call.reference, call.amount, {}, false};
    return ResultCaptured{call.reference, call.amount, capture_of(call.payment, 0)};
}
ResultOf answer(const CaptureCall& call) {
    return ResultCaptured{call.reference, call.amount, call.capture_id};
}
ResultOf answer(const RefundCall& call) {
    return ResultRefunded{call.reference, call.amount, call.refund_id};
}
ResultOf answer(const VoidCall& call) {
    return ResultVoided{call.reference};
}
ResultOf answer(const QueryCall&) {
    return ResultNotFound{};
}

}  // namespace

ProviderResult offline_answer(const AnyCall& call) {
    return std::visit(
        []<class Call>(const Call& held) -> ProviderResult {
            if constexpr (requires { answer(held); }) return {answer(held), {}, {}};
            SHOP_ASSERT(false);
            return {};
        },
        call);
}

void add_offline_payment(Decision& decision, const PaymentId& id, Initiated initiated,
                         std::optional<Time> at, Time now) {
    State payment;
    evolve(payment, initiated, now);
    const AuthorizeCall call{
        id, payment.order_id,          payment.provider, payment.amount, {}, payment.capture_mode,
        {}, payment.provider_reference};
    decision.add(id, std::move(initiated), at);
    for (Event& event : observe(payment, offline_answer(call), now))
        std::visit([&]<class E>(E& held) { decision.add(id, std::move(held), at); }, event);
}

}  // namespace shop::payment
