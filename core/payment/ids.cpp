#include "core/payment/ids.hpp"

namespace shop::payment {
namespace {

EffectId effect(const PaymentId& payment, std::string_view step, const std::string& which) {
    return EffectId::derive(payment.slot(), {payment.to_string(), step, which});
}

}  // namespace

PaymentId payment_of(const OrderId& order, std::int32_t attempt) {
    return PaymentId::derive(order.slot(), {"payment", order.to_string(), std::to_string(attempt)});
}

PaymentId later_payment_of(const OrderId& order, const sale::External& external) {
    return PaymentId::derive(
        order.slot(), {"payment", order.to_string(), "external", external.system, external.id});
}

PaymentId later_payment_of(const OrderId& order, const CommandId& command) {
    return PaymentId::derive(order.slot(),
                             {"payment", order.to_string(), "command", command.to_string()});
}

PaymentId discovered_id(const std::string& provider, const std::string& reference) {
    return PaymentId::derive({"discovered", provider, reference});
}

CaptureId capture_of(const PaymentId& payment, std::size_t n) {
    return CaptureId::derive(payment.slot(), {"capture", payment.to_string(), std::to_string(n)});
}

RefundId refund_of(const PaymentId& payment, std::string_view cause) {
    return RefundId::derive(payment.slot(), {"refund", payment.to_string(), cause});
}

EffectId authorize_effect(const PaymentId& payment) {
    return effect(payment, "authorize", "");
}
EffectId query_effect(const PaymentId& payment) {
    return effect(payment, "query", "");
}
EffectId void_effect(const PaymentId& payment, std::string_view reason, std::int32_t refusals) {
    return effect(payment, "void", std::string(reason) + "/" + std::to_string(refusals));
}
EffectId capture_effect(const PaymentId& payment, const CaptureId& capture) {
    return effect(payment, "capture", capture.to_string());
}
EffectId refund_effect(const PaymentId& payment, const RefundId& refund) {
    return effect(payment, "refund", refund.to_string());
}

}  // namespace shop::payment
