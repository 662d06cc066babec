#include "api/payments/sandbox_answer.hpp"

namespace shop::payments {
namespace {

using sandbox::AnswerStatus;

payment::ResultDeclined declined(const sandbox::Answer& answer) {
    const bool retryable = answer.code == "card_declined" || answer.code == "unknown_token" ||
                           answer.code == "declined_by_shopper";
    return {answer.reference, answer.code, answer.code, retryable};
}

CaptureId capture_id_of(const sandbox::Answer& answer) {
    return CaptureId::parse(answer.operation).value_or(CaptureId{});
}

RefundId refund_id_of(const sandbox::Answer& answer) {
    return RefundId::parse(answer.operation).value_or(RefundId{});
}

payment::ResultOf void_failed(const sandbox::Answer& answer) {
    if (answer.code == "authorized")
        return payment::ResultAuthorized{answer.reference, answer.amount, {}, false};
    return payment::ResultFailed{payment::Operation::kVoid, {}, answer.code};
}

payment::ResultOf content_of(const sandbox::Answer& answer) {
    switch (answer.status) {
        case AnswerStatus::kPending:
            return payment::ResultPending{answer.reference, "processing"};
        case AnswerStatus::kActionRequired: {
            const sandbox::Action action = answer.action.value_or(sandbox::Action{});
            return payment::ResultActionRequired{answer.reference, "redirect", action.url,
                                                 action.deadline};
        }
        case AnswerStatus::kAuthorized:
            return payment::ResultAuthorized{answer.reference, answer.amount, answer.expires_at,
                                             answer.partial};
        case AnswerStatus::kExpired:
            return payment::ResultExpired{answer.reference};
        case AnswerStatus::kDeclined:
            return declined(answer);
        case AnswerStatus::kCaptured:
            return payment::ResultCaptured{answer.reference, answer.amount, capture_id_of(answer)};
        case AnswerStatus::kCaptureFailed:
            return payment::ResultFailed{payment::Operation::kCapture, capture_id_of(answer),
                                         answer.code};
        case AnswerStatus::kVoided:
            return payment::ResultVoided{answer.reference};
        case AnswerStatus::kVoidFailed:
            return void_failed(answer);
        case AnswerStatus::kRefundPending:
            return payment::ResultRefundPending{answer.reference, refund_id_of(answer)};
        case AnswerStatus::kRefunded:
            return payment::ResultRefunded{answer.reference, answer.amount, refund_id_of(answer)};
        case AnswerStatus::kRefundFailed:
            return payment::ResultFailed{
                payment::Operation::kRefund, {}, answer.code, refund_id_of(answer)};
    }
    return payment::ResultUnknown{payment::Operation::kQuery};
}

}  // namespace

payment::ProviderResult result_of(const sandbox::Answer& answer, payment::Seen seen) {
    payment::ProviderResult result{content_of(answer), std::move(seen), {}};
    if (answer.at != Time{}) result.effective_at = answer.at;
    return result;
}

}  // namespace shop::payments
