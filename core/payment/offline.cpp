#include "core/payment/offline.hpp"

#include "core/base/assert.hpp"
#include "core/payment/ids.hpp"

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

}  // namespace shop::payment
