// The port to payment providers, and what each adapter has to keep (the contract test of
// tests/api/payments/ runs against all of them):
//
//   - The effect id is the idempotency key: the same call again moves no money again and gives the
//     same answer.
//   - Whatever is not known is `unknown`: a time-out, a broken connection, an answer that is not
//     understood. "Declined", "voided" and "failed" are said only if the provider said so.
//   - A result that names an amount names what the provider holds or took, not what was asked for.
//   - Every call ends, in bounded time.
#pragma once

#include <string_view>
#include <variant>

#include "core/base/ids.hpp"
#include "core/payment/provider.hpp"
#include "events/task.hpp"

namespace shop::payments {

using ProviderCall = std::variant<payment::AuthorizeCall, payment::CaptureCall, payment::VoidCall,
                                  payment::QueryCall>;

class Provider {
  public:
    virtual ~Provider() = default;
    // As calls name it: "sandbox".
    virtual std::string_view name() const = 0;
    // What a checkout may ask of it. Other amounts never come to perform().
    virtual payment::Capabilities capabilities() const = 0;
    // On the loop's thread; resumes there.
    virtual Task<payment::ProviderResult> perform(EffectId key, ProviderCall call) = 0;
};

}  // namespace shop::payments
