// Money that moves outside of any provider: invoice, transfer, cash. The shop's own people say that
// it does, so what a provider would be asked is answered here, at once and without I/O, and the
// events are those of every other payment. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "core/effect.hpp"
#include "core/payment/payment_events.hpp"
#include "core/payment/provider.hpp"

namespace shop {
struct Decision;
}

namespace shop::payment {

inline constexpr std::string_view kOfflineProvider = "offline";

// The answer to a provider call: what is asked for is so. One that shall be captured with its
// authorization is reported as captured.
ProviderResult offline_answer(const AnyCall& call);

// A payment from its intent to its end in one record: all that offline_answer() makes of it.
void add_offline_payment(Decision& decision, const PaymentId& id, Initiated initiated,
                         std::optional<Time> at, Time now);

}  // namespace shop::payment
