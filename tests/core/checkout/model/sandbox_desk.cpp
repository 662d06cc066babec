#include "tests/core/checkout/model/sandbox_desk.hpp"

#include "api/payments/sandbox_answer.hpp"
#include "api/sandbox/refunds.hpp"

namespace shop::tests {
namespace {

constexpr sandbox::Delays kDelays{.slow = seconds(3), .late = seconds(3), .action = minutes(15)};

}  // namespace

std::optional<payment::ProviderResult> SandboxDesk::take(const EffectId& key, const AnyCall& call,
                                                         Time now) {
    const std::string name = key.to_string();
    if (const auto* authorization = std::get_if<payment::AuthorizeCall>(&call))
        return authorize(name, *authorization, now);
    if (const auto* taking = std::get_if<payment::CaptureCall>(&call))
        return capture(name, *taking, now);
    if (const auto* refunding = std::get_if<payment::RefundCall>(&call))
        return refund(name, *refunding, now);
    if (const auto* voiding = std::get_if<payment::VoidCall>(&call))
        return cancel(name, *voiding, now);
    return query(std::get<payment::QueryCall>(call));
}

std::optional<payment::ProviderResult> SandboxDesk::authorize(const std::string& key,
                                                              const payment::AuthorizeCall& call,
                                                              Time now) {
    const sandbox::AuthorizeRequest request{
        key,         call.order.to_string(), call.payment.to_string(), call.token.ciphertext, {},
        call.amount,
    };
    const std::string reference = "sbx_" + std::to_string(++references_);
    const auto verdict = sandbox::authorize(book_, request, reference, now, kDelays);
    SHOP_ASSERT(verdict.has_value());
    apply(*verdict, key);
    if (verdict->delivery != sandbox::Delivery::kAnswer) return std::nullopt;
    return answer_to(key);
}

std::optional<payment::ProviderResult> SandboxDesk::capture(const std::string& key,
                                                            const payment::CaptureCall& call,
                                                            Time now) {
    const auto verdict = sandbox::capture(
        book_, {key, call.reference, call.capture_id.to_string(), call.amount, call.final}, now);
    SHOP_ASSERT(verdict.has_value());
    apply(*verdict, key);
    return answer_to(key);
}

std::optional<payment::ProviderResult> SandboxDesk::refund(const std::string& key,
                                                           const payment::RefundCall& call,
                                                           Time now) {
    const auto verdict = sandbox::refund(
        book_, {key, call.reference, call.refund_id.to_string(), call.amount}, now, kDelays);
    SHOP_ASSERT(verdict.has_value());
    apply(*verdict, key);
    return answer_to(key);
}

std::optional<payment::ProviderResult> SandboxDesk::cancel(const std::string& key,
                                                           const payment::VoidCall& call,
                                                           Time now) {
    sandbox::VoidRequest request{key, {}, {}, call.unless_authorized};
    if (call.reference.empty())
        request.authorization = call.authorized_by.to_string();
    else
        request.reference = call.reference;
    const auto verdict = sandbox::void_payment(book_, request, now);
    SHOP_ASSERT(verdict.has_value());
    apply(*verdict, key);
    return answer_to(key);
}

std::optional<payment::ProviderResult> SandboxDesk::query(const payment::QueryCall& call) const {
    const auto answer = call.reference.empty()
                            ? sandbox::find_answer(book_, call.authorized_by.to_string())
                            : sandbox::find_payment_answer(book_, call.reference);
    if (!answer) return payment::ProviderResult{payment::ResultNotFound{}, {}, {}};
    return payments::result_of(*answer, {payment::SeenBy::kSync, {}});
}

void SandboxDesk::let_shopper_act(std::mt19937_64& random, Time now) {
    if (acting_.empty()) return;
    const std::size_t at = random() % acting_.size();
    const std::string reference = acting_[at];
    acting_.erase(acting_.begin() + static_cast<std::ptrdiff_t>(at));
    const auto choice = random() % 2 == 0 ? sandbox::Choice::kApprove : sandbox::Choice::kDecline;
    const auto verdict = sandbox::choose(book_, reference, choice, now, kDelays);
    if (verdict) apply(*verdict, book_.find_payment(reference)->key);
}

void SandboxDesk::settle(Time now) {
    for (const std::string& reference : book_.due(now)) {
        const sandbox::Payment& payment = *book_.find_payment(reference);
        const std::string key = payment.key;
        apply(sandbox::settle(payment, now, kDelays), key);
    }
    for (const std::string& key : book_.due_refunds(now))
        apply(sandbox::settle_refund(*book_.find_refund(key), now), key);
}

std::vector<payment::RecordProviderResult> SandboxDesk::take_webhooks() {
    return std::exchange(webhooks_, {});
}

int SandboxDesk::charges_of(const OrderId& order) const {
    int charges = 0;
    for (const sandbox::Movement& movement : book_.movements(order.to_string()))
        charges += movement.kind == "authorize" ? 1 : 0;
    return charges;
}

void SandboxDesk::apply(const sandbox::Verdict& verdict, const std::string& key) {
    for (const sandbox::Entry& entry : verdict.entries) {
        book_.apply(entry);
        if (entry.kind == sandbox::EntryKind::kActionRequired) acting_.push_back(entry.reference);
    }
    tell(key, verdict.webhook_copies);
}

void SandboxDesk::tell(const std::string& key, int copies) {
    if (copies == 0) return;
    const auto answer = sandbox::find_answer(book_, key);
    SHOP_ASSERT(answer.has_value());
    const auto payment = PaymentId::parse(answer->payment);
    SHOP_ASSERT(payment.has_value());
    for (int i = 0; i < copies; ++i)
        webhooks_.push_back(
            {*payment, "sandbox", payments::result_of(*answer, {payment::SeenBy::kWebhook, key})});
}

std::optional<payment::ProviderResult> SandboxDesk::answer_to(const std::string& key) const {
    const auto answer = sandbox::find_answer(book_, key);
    if (!answer) return std::nullopt;
    return payments::result_of(*answer, {payment::SeenBy::kResponse, {}});
}

}  // namespace shop::tests
