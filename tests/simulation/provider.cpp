#include "tests/simulation/provider.hpp"

#include "api/payments/sandbox_answer.hpp"
#include "api/sandbox/refunds.hpp"
#include "tests/support/shopper.hpp"

namespace shop::simulation {
namespace {

using payment::Operation;

constexpr Duration kTimeout = seconds(10);  // of the caller

Operation operation_of(const AnyCall& call) {
    if (std::holds_alternative<payment::AuthorizeCall>(call)) return Operation::kAuthorize;
    if (std::holds_alternative<payment::CaptureCall>(call)) return Operation::kCapture;
    if (std::holds_alternative<payment::RefundCall>(call)) return Operation::kRefund;
    if (std::holds_alternative<payment::VoidCall>(call)) return Operation::kVoid;
    return Operation::kQuery;
}

payment::ProviderResult unknown(const AnyCall& call) {
    return {payment::ResultUnknown{operation_of(call)}, {}, {}};
}

// An answer is given once, whoever comes first: the provider or the time-out.
void give(const std::shared_ptr<ModelProvider::Done>& done, payment::ProviderResult result) {
    if (!*done) return;
    ModelProvider::Done once = std::exchange(*done, nullptr);
    once(std::move(result));
}

}  // namespace

void ModelProvider::perform(const EffectId& key, const AnyCall& call, Done done) {
    const Request request{key, call};
    const auto shared = std::make_shared<Done>(std::move(done));
    loop_.post_after(kTimeout, [call, shared] { give(shared, unknown(call)); });
    if (dice_.chance(faults_.request_lost)) return;
    Duration travel = dice_.between(milliseconds(1), milliseconds(20));
    if (dice_.chance(faults_.request_late)) travel = dice_.between(seconds(5), minutes(20));
    post_after(travel, [this, request, shared] { arrive(request, shared); });
}

void ModelProvider::post_after(Duration delay, std::function<void()> function) {
    ++under_way_;
    loop_.post_after(delay, [this, function = std::move(function)] {
        --under_way_;
        function();
    });
}

void ModelProvider::choose(const std::string& reference, sandbox::Choice choice) {
    const auto verdict = sandbox::choose(book_, reference, choice, clock_.now(), delays_);
    if (verdict) apply(*verdict, book_.find_payment(reference)->key);
}

Result<sandbox::Verdict> ModelProvider::decide(const Request& request) {
    const std::string key = request.key.to_string();
    const Time now = clock_.now();
    if (const auto* call = std::get_if<payment::AuthorizeCall>(&request.call)) {
        const sandbox::AuthorizeRequest body{key,
                                             call->order.to_string(),
                                             call->payment.to_string(),
                                             tests::token_of(call->token),
                                             {},
                                             call->amount};
        return sandbox::authorize(book_, body, "ref_" + std::to_string(++references_), now,
                                  delays_);
    }
    if (const auto* call = std::get_if<payment::CaptureCall>(&request.call))
        return sandbox::capture(
            book_, {key, call->reference, call->capture_id.to_string(), call->amount, call->final},
            now);
    if (const auto* call = std::get_if<payment::RefundCall>(&request.call))
        return sandbox::refund(
            book_, {key, call->reference, call->refund_id.to_string(), call->amount}, now, delays_);
    if (const auto* call = std::get_if<payment::VoidCall>(&request.call)) {
        sandbox::VoidRequest body{key, {}, {}, call->unless_authorized};
        if (call->reference.empty())
            body.authorization = call->authorized_by.to_string();
        else
            body.reference = call->reference;
        return sandbox::void_payment(book_, body, now);
    }
    return sandbox::Verdict{};
}

void ModelProvider::arrive(const Request& request, const std::shared_ptr<Done>& done) {
    const auto verdict = decide(request);
    if (!verdict) return give(done, unknown(request.call));
    const std::string key = request.key.to_string();
    apply(*verdict, key);
    if (verdict->delivery == sandbox::Delivery::kLose || dice_.chance(faults_.answer_lost)) return;
    const sandbox::Operation* operation = book_.find_operation(key);
    const sandbox::Payment* payment =
        operation == nullptr ? nullptr : book_.find_payment(operation->reference);
    const bool is_pending =
        payment != nullptr && payment->status == sandbox::PaymentStatus::kPending;
    if (verdict->delivery == sandbox::Delivery::kHold && is_pending) {
        held_[payment->reference].push_back({request, done});
        return;
    }
    answer(request, done);
}

void ModelProvider::answer(const Request& request, const std::shared_ptr<Done>& done) {
    loop_.post_after(dice_.between(milliseconds(1), milliseconds(20)),
                     [done, result = result_of(request)] { give(done, result); });
}

payment::ProviderResult ModelProvider::result_of(const Request& request) const {
    std::optional<sandbox::Answer> found;
    const auto* query = std::get_if<payment::QueryCall>(&request.call);
    if (query == nullptr)
        found = sandbox::find_answer(book_, request.key.to_string());
    else if (query->reference.empty())
        found = sandbox::find_answer(book_, query->authorized_by.to_string());
    else
        found = sandbox::find_payment_answer(book_, query->reference);
    const auto seen = query == nullptr ? payment::SeenBy::kResponse : payment::SeenBy::kSync;
    if (found) return payments::result_of(*found, {seen, {}});
    if (query != nullptr) return {payment::ResultNotFound{}, {seen, {}}, {}};
    return unknown(request.call);
}

void ModelProvider::apply(const sandbox::Verdict& verdict, const std::string& key) {
    std::set<std::string> touched;
    for (const sandbox::Entry& entry : verdict.entries) {
        book_.apply(entry);
        touched.insert(entry.reference);
    }
    arm();
    if (verdict.webhook_copies > 0) tell(key, verdict.webhook_copies);
    for (const std::string& reference : touched) {
        const sandbox::Payment* payment = book_.find_payment(reference);
        if (payment == nullptr || payment->status == sandbox::PaymentStatus::kPending) continue;
        for (const Held& held : std::exchange(held_[reference], {}))
            answer(held.request, held.done);
    }
}

// Copies travel apart, and overtake each other and our answers.
void ModelProvider::tell(const std::string& key, int copies) {
    const auto answer = sandbox::find_answer(book_, key);
    if (!answer) return;
    const std::string event_id = "evt_" + std::to_string(++events_);
    for (int i = 0; i < copies; ++i) {
        Duration travel = dice_.between(milliseconds(1), seconds(5));
        if (dice_.chance(faults_.webhook_lost)) travel = dice_.between(minutes(1), minutes(5));
        post_after(travel, [this, told = *answer, event_id] { webhook_(told, event_id); });
    }
}

void ModelProvider::settle() {
    for (const std::string& reference : book_.due(clock_.now())) {
        const sandbox::Payment& payment = *book_.find_payment(reference);
        apply(sandbox::settle(payment, clock_.now(), delays_), std::string(payment.key));
    }
    for (const std::string& key : book_.due_refunds(clock_.now()))
        apply(sandbox::settle_refund(*book_.find_refund(key), clock_.now()), key);
}

void ModelProvider::arm() {
    const auto due = book_.next_due();
    if (!due) return;
    const Duration wait{std::max<std::int64_t>((*due - clock_.now()).us, 0)};
    loop_.post_after(wait, [this] { settle(); });
}

std::set<std::string> ModelProvider::charged_twice() const {
    std::set<std::string> seen;
    std::set<std::string> twice;
    for (const sandbox::Movement& movement : book_.movements({}))
        if (movement.kind == "authorize" && !seen.insert(movement.effect_id).second)
            twice.insert(movement.effect_id);
    return twice;
}

}  // namespace shop::simulation
