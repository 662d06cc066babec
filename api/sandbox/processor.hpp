// What the sandbox decides: pure functions from a request and the book to journal entries and the
// way the answer travels. The same idempotency key always has the same outcome and moves money
// once.
//
// Tokens (DESIGN §7 of the API's contract; anything else is declined as "unknown_token"):
//   tok_ok                  authorized at once
//   tok_declined            declined
//   tok_needs_action        the shopper decides on our page; declined if nobody comes in time
//   tok_slow                authorized later; the answer is held back until then
//   tok_lost_after_charge   authorized, but the first answer is lost
//   tok_lost_before_charge  the first request is lost; nothing is authorized until it is sent again
//   tok_duplicate           authorized, and told by webhook three times besides
//   tok_late_authorization  declined, and authorized all the same a while later
//   tok_capture_fails       authorized, but a capture is refused
//   tok_refund_fails        authorized, but a refund is refused
//   tok_refund_pending      authorized; a refund is accepted, and done a while later
//   tok_refund_fails_late   authorized; a refund is done, and comes back a while later
//   tok_wrong_amount        one minor unit less than asked is authorized
//   tok_wrong_currency      as much is authorized, of another currency than asked
//   tok_partial             half is authorized, and the answer says so
//   tok_wrong_capture       authorized; each capture takes one minor unit less than asked
//   tok_wrong_refund        authorized; each refund gives back one minor unit less than asked
//   tok_captured_at_once    authorized and captured at once
//   tok_captures_once       authorized; the first capture is the last, and lets go of the rest
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/sandbox/book.hpp"
#include "core/base/result.hpp"

namespace shop::sandbox {

// The card of which one capture is made.
inline constexpr std::string_view kCapturesOnce = "tok_captures_once";

struct AuthorizeRequest {
    std::string effect_id;  // the idempotency key
    std::string order;
    std::string payment;
    std::string token;
    std::optional<std::string> return_url;
    Money amount;
};
SHOP_DESCRIBE(AuthorizeRequest, effect_id, order, payment, token, return_url, amount)

struct CaptureRequest {
    std::string effect_id;
    std::string reference;
    std::string operation;  // the shop's id of the capture
    Money amount;
    bool final = false;  // nothing more will be captured: the rest is let go
};
SHOP_DESCRIBE(CaptureRequest, effect_id, reference, operation, amount, final)

struct RefundRequest {
    std::string effect_id;
    std::string reference;
    std::string operation;  // the shop's id of the refund
    Money amount;
};
SHOP_DESCRIBE(RefundRequest, effect_id, reference, operation, amount)

// Names the payment by our reference, or, if the shop never saw one, by the effect id of its
// authorization. Voiding an authorization that never arrived bars it for ever; of one that was
// captured in part the rest is let go. With `unless_authorized` money that is held stays held, and
// the answer says so.
struct VoidRequest {
    std::string effect_id;
    std::optional<std::string> reference;
    std::optional<std::string> authorization;
    bool unless_authorized = false;
};
SHOP_DESCRIBE(VoidRequest, effect_id, reference, authorization, unless_authorized)

enum class AnswerStatus {
    kPending,
    kActionRequired,
    kAuthorized,
    kDeclined,
    kCaptured,
    kCaptureFailed,
    kVoided,
    kVoidFailed,
    kRefundPending,
    kRefunded,
    kRefundFailed,
    kExpired,
};
SHOP_DESCRIBE_ENUM(AnswerStatus, kPending, kActionRequired, kAuthorized, kDeclined, kCaptured,
                   kCaptureFailed, kVoided, kVoidFailed, kRefundPending, kRefunded, kRefundFailed,
                   kExpired)

struct Action {
    std::string url;  // our page, relative to the sandbox's address until it is sent
    Time deadline;
    bool operator==(const Action&) const = default;
};
SHOP_DESCRIBE(Action, url, deadline)

// What the shop is told of one request, in answers, queries and webhooks alike.
struct Answer {
    std::string effect_id;
    std::string reference;
    std::string order;
    std::string payment;
    std::string operation;  // the shop's id of the capture or refund, if it is about a single one
    AnswerStatus status = AnswerStatus::kPending;
    // Authorized, captured, released or given back; never merely asked for. Of a payment: all that
    // was captured, and `refunded` all that was given back of it.
    Money amount;
    std::optional<Money> refunded;
    std::string code;
    std::optional<Action> action;
    Time at;
    std::optional<Time> expires_at;  // of what is authorized
    bool partial = false;            // less than was asked for is authorized
    bool operator==(const Answer&) const = default;
};
SHOP_DESCRIBE(Answer, effect_id, reference, order, payment, operation, status, amount, refunded,
              code, action, at, expires_at, partial)

// One minor unit less; more, if that were nothing.
Money wrong_amount(Money asked);

enum class Delivery {
    kAnswer,
    kLose,  // close the connection without a word
    kHold,  // answer once the payment is no longer pending
};

struct Verdict {
    Entries entries;  // to be made durable before anything is said
    Delivery delivery = Delivery::kAnswer;
    int webhook_copies = 0;  // how often it is also told by webhook
};

// How long things take that take time.
struct Delays {
    Duration slow = seconds(3);
    Duration late = seconds(3);
    Duration action = minutes(15);
    Duration authorization;  // how long money is held; 0: for ever
};

enum class Choice { kApprove, kDecline, kLeave };
SHOP_DESCRIBE_ENUM(Choice, kApprove, kDecline, kLeave)

// kConflict "idempotency-conflict" if the key was used for another request. `reference` names the
// payment if it is new; it must be hard to guess, for it opens the shopper's page.
Result<Verdict> authorize(const Book& book, const AuthorizeRequest& request,
                          const std::string& reference, Time now, const Delays& delays);

// kNotFound if there is no such payment.
Result<Verdict> capture(const Book& book, const CaptureRequest& request, Time now);
Result<Verdict> void_payment(const Book& book, const VoidRequest& request, Time now);

// The shopper's choice on the page; kConflict if nothing is to be decided any more.
Result<Verdict> choose(const Book& book, std::string_view reference, Choice choice, Time now,
                       const Delays& delays);

// What happens by itself to a payment whose time has come.
Verdict settle(const Payment& payment, Time now, const Delays& delays);

// What is known of a request now; nothing if its key was never seen. Of an authorization: how its
// payment stands (declined, but authorized late, is authorized).
std::optional<Answer> find_answer(const Book& book, std::string_view key);

// How a payment stands, captures, refunds and voids included; nothing if there is no such payment.
std::optional<Answer> find_payment_answer(const Book& book, std::string_view reference);

}  // namespace shop::sandbox
