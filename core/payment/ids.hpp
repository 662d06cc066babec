// The ids a payment's stream and effects have, made from what they are about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/ids.hpp"
#include "core/sale/values.hpp"

namespace shop::payment {

// The n-th payment of an order, in the order's slot.
PaymentId payment_of(const OrderId& order, std::int32_t attempt);
// One that came after the order was placed, by what another system calls it, or by the command that
// records it.
PaymentId later_payment_of(const OrderId& order, const sale::External& external);
PaymentId later_payment_of(const OrderId& order, const CommandId& command);
// The stream of money that was found at a provider.
PaymentId discovered_id(const std::string& provider, const std::string& reference);
// The n-th capture of a payment, from 0.
CaptureId capture_of(const PaymentId& payment, std::size_t n);
// The refund that a credit note, a cancellation or a member of staff asked for.
RefundId refund_of(const PaymentId& payment, std::string_view cause);

// The effect, and so the provider's idempotency key, of each operation. A void that was refused
// gets a new one, as a capture gets a new capture id; a transport fault does not.
EffectId authorize_effect(const PaymentId& payment);
EffectId query_effect(const PaymentId& payment);
EffectId void_effect(const PaymentId& payment, std::string_view reason, std::int32_t refusals);
EffectId capture_effect(const PaymentId& payment, const CaptureId& capture);
EffectId refund_effect(const PaymentId& payment, const RefundId& refund);

}  // namespace shop::payment
