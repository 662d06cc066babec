#include "api/sandbox/processor.hpp"

#include <array>
#include <utility>

#include "api/sandbox/refunds.hpp"

namespace shop::sandbox {
namespace {

constexpr int kDuplicateCopies = 3;

std::unexpected<Error> other_request() {
    return fail(ErrorCode::kConflict, "idempotency-conflict",
                "This effect id was used for a different request; use a new one.");
}

std::unexpected<Error> no_payment() {
    return fail(ErrorCode::kNotFound, "not-found", "There is no such payment.");
}

Entry entry_of(EntryKind kind, const std::string& reference, Money amount, Time now) {
    Entry entry;
    entry.kind = kind;
    entry.reference = reference;
    entry.amount = amount;
    entry.at = now;
    return entry;
}

Entry declined(const std::string& reference, Money asked, std::string code, Time now) {
    Entry entry = entry_of(EntryKind::kDeclined, reference, {0, asked.currency}, now);
    entry.code = std::move(code);
    return entry;
}

Entry due_entry(EntryKind kind, const std::string& reference, Money amount, Time now,
                Duration delay) {
    Entry entry = entry_of(kind, reference, {0, amount.currency}, now);
    entry.due_at = now + delay;
    return entry;
}

// Money that is held, until its time is over.
Entry authorized(const std::string& reference, Money amount, Time now, const Delays& delays) {
    Entry entry = entry_of(EntryKind::kAuthorized, reference, amount, now);
    if (delays.authorization.us > 0) entry.due_at = now + delays.authorization;
    return entry;
}

Entry opened(const AuthorizeRequest& request, const std::string& reference, Time now) {
    Entry entry = entry_of(EntryKind::kOpened, reference, request.amount, now);
    entry.key = request.effect_id;
    entry.order = request.order;
    entry.payment = request.payment;
    entry.token = request.token;
    entry.return_url = request.return_url.value_or("");
    return entry;
}

bool is_same(const Payment& payment, const AuthorizeRequest& request) {
    return payment.key == request.effect_id && payment.order == request.order &&
           payment.payment == request.payment && payment.token == request.token &&
           payment.asked == request.amount;
}

Money half_of(Money asked) {
    asked.minor_units = std::max<std::int64_t>(1, asked.minor_units / 2);
    return asked;
}

Money in_wrong_currency(const Money& asked) {
    const Currency euro = *Currency::parse("EUR");
    return {asked.minor_units, asked.currency == euro ? *Currency::parse("USD") : euro};
}

Entries held_and_taken(Entry held) {
    Entry taken = held;
    taken.kind = EntryKind::kCaptured;
    taken.due_at = {};
    return {std::move(held), std::move(taken)};
}

// The entries behind kOpened, and how the answer travels.
Verdict by_token(const AuthorizeRequest& request, const std::string& reference, Time now,
                 const Delays& delays) {
    const std::string_view token = request.token;
    const Money asked = request.amount;
    const auto holds = [&](Money amount) { return authorized(reference, amount, now, delays); };
    if (token == "tok_declined") return {{declined(reference, asked, "card_declined", now)}};
    if (token == "tok_needs_action")
        return {{due_entry(EntryKind::kActionRequired, reference, asked, now, delays.action)}};
    if (token == "tok_slow")
        return {{due_entry(EntryKind::kScheduled, reference, asked, now, delays.slow)},
                Delivery::kHold};
    if (token == "tok_late_authorization")
        return {{declined(reference, asked, "card_declined", now),
                 due_entry(EntryKind::kScheduled, reference, asked, now, delays.late)}};
    if (token == "tok_lost_after_charge") return {{holds(asked)}, Delivery::kLose};
    if (token == "tok_duplicate") return {{holds(asked)}, Delivery::kAnswer, kDuplicateCopies};
    if (token == "tok_wrong_amount") return {{holds(wrong_amount(asked))}};
    if (token == "tok_wrong_currency") return {{holds(in_wrong_currency(asked))}};
    if (token == "tok_partial") return {{holds(half_of(asked))}};
    if (token == "tok_captured_at_once") return {held_and_taken(holds(asked))};
    constexpr std::array<std::string_view, 9> kPlain = {
        "tok_ok",           "tok_lost_before_charge", "tok_capture_fails",
        "tok_refund_fails", "tok_refund_pending",     "tok_refund_fails_late",
        "tok_wrong_refund", "tok_wrong_capture",      kCapturesOnce};
    if (std::ranges::find(kPlain, token) != kPlain.end()) return {{holds(asked)}};
    return {{declined(reference, asked, "unknown_token", now)}};
}

// Why a capture is refused, or nothing.
std::string capture_refusal(const Payment& payment, Money amount) {
    if (payment.token == "tok_capture_fails") return "capture_refused";
    if (payment.status != PaymentStatus::kAuthorized && payment.status != PaymentStatus::kCaptured)
        return "not_authorized";
    if (payment.token == kCapturesOnce && payment.captures > 0) return "captured_once";
    if (amount.currency != payment.authorized.currency) return "wrong_currency";
    if (amount.minor_units <= 0 || amount.minor_units > payment.held())
        return "amount_exceeds_authorization";
    return {};
}

Money taken_by(const Payment& payment, const Money& asked) {
    return payment.token == "tok_wrong_capture" ? wrong_amount(asked) : asked;
}

const Payment* payment_to_void(const Book& book, const VoidRequest& request) {
    if (request.reference) return book.find_payment(*request.reference);
    const Operation* operation = book.find_operation(*request.authorization);
    return operation == nullptr ? nullptr : book.find_payment(operation->reference);
}

// Voids an authorization that has not arrived: when it does, it is void already.
Verdict bar(const VoidRequest& request, Time now) {
    Entry barred;
    barred.kind = EntryKind::kVoided;
    barred.key = *request.authorization;
    barred.code = "canceled";
    barred.at = now;
    Entry voided = barred;
    voided.key = request.effect_id;
    return {{barred, voided}};
}

AnswerStatus status_of(PaymentStatus status) {
    switch (status) {
        case PaymentStatus::kPending:
            return AnswerStatus::kPending;
        case PaymentStatus::kActionRequired:
            return AnswerStatus::kActionRequired;
        case PaymentStatus::kAuthorized:
        case PaymentStatus::kCaptured:
            return AnswerStatus::kAuthorized;
        case PaymentStatus::kDeclined:
            return AnswerStatus::kDeclined;
        case PaymentStatus::kVoided:
            return AnswerStatus::kVoided;
        case PaymentStatus::kExpired:
            return AnswerStatus::kExpired;
    }
    return AnswerStatus::kPending;
}

AnswerStatus status_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::kCaptured:
            return AnswerStatus::kCaptured;
        case EntryKind::kCaptureFailed:
            return AnswerStatus::kCaptureFailed;
        case EntryKind::kVoided:
            return AnswerStatus::kVoided;
        case EntryKind::kVoidFailed:
            return AnswerStatus::kVoidFailed;
        default:
            return AnswerStatus::kDeclined;
    }
}

void name_payment(const Payment& payment, Answer& answer) {
    answer.order = payment.order;
    answer.payment = payment.payment;
    answer.at = payment.changed_at;
}

void tell_authorization(const Payment& payment, Answer& answer) {
    answer.status = status_of(payment.status);
    answer.amount = {0, payment.asked.currency};
    if (answer.status == AnswerStatus::kAuthorized) answer.amount = payment.authorized;
    answer.partial = payment.token == "tok_partial" && !answer.amount.is_zero();
    if (payment.token == "tok_captured_at_once" && payment.captures > 0)
        answer.status = AnswerStatus::kCaptured;
    if (payment.status == PaymentStatus::kAuthorized && payment.due_at != Time{})
        answer.expires_at = payment.due_at;
    answer.code = payment.status == PaymentStatus::kVoided ? "canceled" : payment.code;
    if (payment.status == PaymentStatus::kActionRequired)
        answer.action = Action{"/pay/" + payment.reference, payment.due_at};
}

}  // namespace

Money wrong_amount(Money asked) {
    asked.minor_units += asked.minor_units > 1 ? -1 : 1;
    return asked;
}

Result<Verdict> authorize(const Book& book, const AuthorizeRequest& request,
                          const std::string& reference, Time now, const Delays& delays) {
    if (const Operation* known = book.find_operation(request.effect_id)) {
        const Payment* payment = book.find_payment(known->reference);
        if (payment == nullptr) return Verdict{};  // barred by a void that came first
        if (!is_same(*payment, request)) return other_request();
        const bool pending = payment->status == PaymentStatus::kPending;
        return Verdict{{}, pending ? Delivery::kHold : Delivery::kAnswer};
    }
    if (request.token == "tok_lost_before_charge" && !book.was_lost(request.effect_id)) {
        Entry lost = entry_of(EntryKind::kLost, {}, {}, now);
        lost.key = request.effect_id;
        return Verdict{{lost}, Delivery::kLose};
    }
    Verdict verdict = by_token(request, reference, now, delays);
    for (Entry& entry : verdict.entries) entry.key = request.effect_id;
    verdict.entries.insert(verdict.entries.begin(), opened(request, reference, now));
    return verdict;
}

Result<Verdict> capture(const Book& book, const CaptureRequest& request, Time now) {
    const Payment* payment = book.find_payment(request.reference);
    if (payment == nullptr) return no_payment();
    const Money taken = taken_by(*payment, request.amount);
    if (const Operation* known = book.find_operation(request.effect_id)) {
        const bool capture =
            known->kind == EntryKind::kCaptured || known->kind == EntryKind::kCaptureFailed;
        if (!capture || known->reference != request.reference || known->amount != taken)
            return other_request();
        return Verdict{};
    }
    Entry entry = entry_of(EntryKind::kCaptured, payment->reference, taken, now);
    entry.key = request.effect_id;
    entry.operation = request.operation;
    entry.final = request.final || payment->token == kCapturesOnce;
    entry.code = capture_refusal(*payment, request.amount);
    if (!entry.code.empty()) entry.kind = EntryKind::kCaptureFailed;
    return Verdict{{entry}};
}

Result<Verdict> void_payment(const Book& book, const VoidRequest& request, Time now) {
    if (!request.reference && !request.authorization)
        return fail_field("/reference", "name the payment by reference or by authorization");
    const Payment* payment = payment_to_void(book, request);
    if (const Operation* known = book.find_operation(request.effect_id)) {
        const bool is_void =
            known->kind == EntryKind::kVoided || known->kind == EntryKind::kVoidFailed;
        if (!is_void || (payment != nullptr && known->reference != payment->reference))
            return other_request();
        return Verdict{};
    }
    if (payment == nullptr) {
        if (request.reference) return no_payment();
        return bar(request, now);
    }
    const bool captured = payment->status == PaymentStatus::kCaptured;
    const bool held = payment->status == PaymentStatus::kAuthorized;
    if (request.unless_authorized && (held || captured)) {
        Entry kept = entry_of(EntryKind::kVoidFailed, payment->reference, payment->authorized, now);
        kept.key = request.effect_id;
        kept.code = "authorized";
        return Verdict{{kept}};
    }
    const bool is_all_taken = captured && payment->captured == payment->authorized.minor_units;
    const Money rest{payment->held(), payment->authorized.currency};
    Entry entry = entry_of(is_all_taken ? EntryKind::kVoidFailed : EntryKind::kVoided,
                           payment->reference, rest, now);
    entry.key = request.effect_id;
    if (is_all_taken) entry.code = "already_captured";
    return Verdict{{entry}};
}

Result<Verdict> choose(const Book& book, std::string_view reference, Choice choice, Time now,
                       const Delays& delays) {
    const Payment* payment = book.find_payment(reference);
    if (payment == nullptr) return no_payment();
    if (choice == Choice::kLeave) return Verdict{};
    if (payment->status != PaymentStatus::kActionRequired)
        return fail(ErrorCode::kConflict, "already-decided", "This payment was already decided.");
    Verdict verdict;
    verdict.webhook_copies = 1;
    verdict.entries.push_back(
        choice == Choice::kApprove
            ? authorized(payment->reference, payment->asked, now, delays)
            : declined(payment->reference, payment->asked, "declined_by_shopper", now));
    return verdict;
}

Verdict settle(const Payment& payment, Time now, const Delays& delays) {
    const std::string& reference = payment.reference;
    const auto next = [&] {
        switch (payment.status) {
            case PaymentStatus::kActionRequired:
                return declined(reference, payment.asked, "action_expired", now);
            case PaymentStatus::kAuthorized:
            case PaymentStatus::kCaptured:
                return entry_of(EntryKind::kExpired, reference,
                                {payment.held(), payment.authorized.currency}, now);
            default:
                return authorized(reference, payment.asked, now, delays);
        }
    };
    return {.entries = {next()}, .webhook_copies = 1};
}

std::optional<Answer> find_answer(const Book& book, std::string_view key) {
    const Operation* operation = book.find_operation(key);
    if (operation == nullptr) return std::nullopt;
    Answer answer;
    answer.effect_id = key;
    answer.reference = operation->reference;
    answer.operation = operation->operation;
    answer.amount = operation->amount;
    answer.code = operation->code;
    answer.status = status_of(operation->kind);
    if (const Payment* payment = book.find_payment(operation->reference)) {
        name_payment(*payment, answer);
        if (key == payment->key) tell_authorization(*payment, answer);
    }
    if (const Refund* refund = book.find_refund(key)) tell_refund(*refund, answer);
    if (answer.status == AnswerStatus::kCaptureFailed ||
        (answer.status == AnswerStatus::kVoidFailed && answer.code != "authorized"))
        answer.amount.minor_units = 0;
    return answer;
}

std::optional<Answer> find_payment_answer(const Book& book, std::string_view reference) {
    const Payment* payment = book.find_payment(reference);
    if (payment == nullptr) return std::nullopt;
    Answer answer;
    answer.effect_id = payment->key;
    answer.reference = payment->reference;
    name_payment(*payment, answer);
    tell_authorization(*payment, answer);
    if (payment->status != PaymentStatus::kCaptured) return answer;
    answer.status = AnswerStatus::kCaptured;
    if (payment->captures == 1) answer.operation = payment->operation;
    answer.amount.minor_units = payment->captured;
    if (payment->refunded > 0) answer.refunded = Money{payment->refunded, answer.amount.currency};
    return answer;
}

}  // namespace shop::sandbox
