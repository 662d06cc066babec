// The port to payment providers, and what each adapter has to keep (the contract test of
// tests/api/payments/ runs against all of them):
//
//   - The effect id is the idempotency key: the same call again moves no money again and gives the
//     same answer.
//   - Whatever is not known is `unknown`: a time-out, a broken connection, an answer that is not
//     understood. "Declined", "voided" and "failed" are said only if the provider said so.
//   - A result that names an amount names what the provider holds or took, not what was asked for.
//   - Every call ends, in bounded time.
//   - Of a webhook that the provider did not sign nothing is looked at.
//
// One thread: its loop's.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "api/http/message.hpp"
#include "core/base/ids.hpp"
#include "core/payment/payment.hpp"
#include "core/payment/provider.hpp"
#include "events/task.hpp"

namespace shop::payments {

using ProviderCall = std::variant<payment::AuthorizeCall, payment::CaptureCall, payment::RefundCall,
                                  payment::VoidCall, payment::QueryCall>;

class Provider {
  public:
    virtual ~Provider() = default;
    // As calls, stores and webhooks name it: "sandbox".
    virtual std::string_view name() const = 0;
    // What a checkout may ask of it that is paid by this token: cards differ. Other amounts never
    // come to perform().
    virtual payment::Capabilities capabilities(std::string_view token) const = 0;
    // Resumes on the loop. Has to have ended before the provider dies.
    virtual Task<payment::ProviderResult> perform(EffectId key, ProviderCall call) = 0;

    // The observation in what came to /api/v1/webhooks/<name>. kRejected "bad-signature" if the
    // provider did not sign it, or signed it too long ago.
    virtual Result<payment::RecordProviderResult> read_webhook(const http::Request& request,
                                                               Time now);
    // What moved, by the provider's own book, as JSON text: [{effect_id, order, kind, amount, at}],
    // of one order or, if it is empty, of all.
    virtual Task<Result<std::string>> ledger(std::string order);
};

}  // namespace shop::payments
