// What a payment provider can be asked for and can say: the contract between the domain, the effect
// runner (events/) and the provider adapters (api/payments/).
//
// Every call carries an idempotency key, its effect id: the same key again is the same operation,
// and gives the same answer, as long as the provider keeps keys (kKeyLife). A result that names no
// amount says nothing about money.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/sealed.hpp"
#include "core/base/time.hpp"

namespace shop::payment {

// How long after `payment.initiated` a request may go out again under its key. Beyond it only
// questions are asked.
inline constexpr Duration kKeyLife = hours(24);

enum class CaptureMode { kManual, kAuto };
SHOP_DESCRIBE_ENUM(CaptureMode, kManual, kAuto)

enum class Operation { kAuthorize, kCapture, kVoid, kQuery, kRefund };
SHOP_DESCRIBE_ENUM(Operation, kAuthorize, kCapture, kVoid, kQuery, kRefund)

enum class SeenBy { kResponse, kWebhook, kSync };
SHOP_DESCRIBE_ENUM(SeenBy, kResponse, kWebhook, kSync)

// How we learnt of a provider's fact.
struct Seen {
    SeenBy by = SeenBy::kResponse;
    std::string provider_event_id;
    bool operator==(const Seen&) const = default;
};
SHOP_DESCRIBE(Seen, by, provider_event_id)

// How the shopper pays, as far as it may be shown.
struct Method {
    std::string type;  // "card"
    std::string brand;
    std::string last4;
    bool operator==(const Method&) const = default;
};
SHOP_DESCRIBE(Method, type, brand, last4)

// What a provider can do. Amounts are asked about at checkout, for at the capture it would be too
// late.
struct Capabilities {
    std::vector<Currency> currencies = {};  // none named: all of them
    int exponent_max = 3;                   // digits behind the decimal point
    std::int64_t amount_min = 1;            // in minor units
    std::int64_t amount_max = kMoneyMax;
    bool several_captures = true;  // of one authorization; else the first capture is the last
    bool operator==(const Capabilities&) const = default;
};
SHOP_DESCRIBE(Capabilities, currencies, exponent_max, amount_min, amount_max, several_captures)

// Why the amount cannot be paid there, as a field's detail; empty if it can.
std::string refusal_of(const Capabilities& capabilities, const Money& amount);

// ---- Calls --------------------------------------------------------------------------------------

// Hold the amount. The adapter passes payment and order on as metadata, so that a webhook that
// overtakes our response names the payment.
struct AuthorizeCall {
    static constexpr std::string_view kName = "authorize";
    PaymentId payment;
    OrderId order;
    std::string provider;
    Money amount;
    Sealed token;
    CaptureMode capture = CaptureMode::kManual;
    std::string return_url;
    std::string reference = {};  // of an offline payment
    bool operator==(const AuthorizeCall&) const = default;
};
SHOP_DESCRIBE(AuthorizeCall, payment, order, provider, amount, token, capture, return_url,
              reference)

// Take the money that is held.
struct CaptureCall {
    static constexpr std::string_view kName = "capture";
    PaymentId payment;
    OrderId order;
    std::string provider;
    std::string reference;
    CaptureId capture_id;
    Money amount;
    bool final = true;
    bool operator==(const CaptureCall&) const = default;
};
SHOP_DESCRIBE(CaptureCall, payment, order, provider, reference, capture_id, amount, final)

// Give back money that was taken; a part of it, perhaps.
struct RefundCall {
    static constexpr std::string_view kName = "refund";
    PaymentId payment;
    OrderId order;
    std::string provider;
    std::string reference;
    RefundId refund_id;
    Money amount;
    bool operator==(const RefundCall&) const = default;
};
SHOP_DESCRIBE(RefundCall, payment, order, provider, reference, refund_id, amount)

// Let go of what is held, or cancel what waits for the shopper. `authorized_by` is the key of the
// authorization, for a provider whose reference we never learnt. With `unless_authorized` an
// authorization that stands is left alone and reported as authorized.
struct VoidCall {
    static constexpr std::string_view kName = "void";
    PaymentId payment;
    OrderId order;
    std::string provider;
    std::string reference;
    EffectId authorized_by;
    Money amount;
    bool unless_authorized = false;
    bool operator==(const VoidCall&) const = default;
};
SHOP_DESCRIBE(VoidCall, payment, order, provider, reference, authorized_by, amount,
              unless_authorized)

// How does the payment stand? By reference, or by the authorization's key if there is none yet.
struct QueryCall {
    static constexpr std::string_view kName = "query";
    PaymentId payment;
    OrderId order;
    std::string provider;
    std::string reference;
    EffectId authorized_by;
    bool operator==(const QueryCall&) const = default;
};
SHOP_DESCRIBE(QueryCall, payment, order, provider, reference, authorized_by)

// ---- Results ------------------------------------------------------------------------------------

struct ResultAuthorized {
    static constexpr std::string_view kName = "authorized";
    std::string reference;
    Money amount;
    std::optional<Time> expires_at;
    bool partial = false;  // the provider says itself that it is less than was asked for
    bool operator==(const ResultAuthorized&) const = default;
};
SHOP_DESCRIBE(ResultAuthorized, reference, amount, expires_at, partial)

struct ResultDeclined {
    static constexpr std::string_view kName = "declined";
    std::string reference;
    std::string code;  // ours: "card_declined", "insufficient_funds", "expired_card", …
    std::string provider_code;
    bool retryable = false;
    bool operator==(const ResultDeclined&) const = default;
};
SHOP_DESCRIBE(ResultDeclined, reference, code, provider_code, retryable)

struct ResultActionRequired {
    static constexpr std::string_view kName = "action_required";
    std::string reference;
    std::string action;  // "redirect"
    std::string url;
    Time deadline;
    bool operator==(const ResultActionRequired&) const = default;
};
SHOP_DESCRIBE(ResultActionRequired, reference, action, url, deadline)

// The provider has it and will tell later.
struct ResultPending {
    static constexpr std::string_view kName = "pending";
    std::string reference;
    std::string reason;
    bool operator==(const ResultPending&) const = default;
};
SHOP_DESCRIBE(ResultPending, reference, reason)

struct ResultCaptured {
    static constexpr std::string_view kName = "captured";
    std::string reference;
    Money amount;
    CaptureId capture_id;  // empty: captured without our asking
    bool operator==(const ResultCaptured&) const = default;
};
SHOP_DESCRIBE(ResultCaptured, reference, amount, capture_id)

struct ResultRefunded {
    static constexpr std::string_view kName = "refunded";
    std::string reference;
    Money amount;
    RefundId refund_id;  // empty: given back without our asking
    bool operator==(const ResultRefunded&) const = default;
};
SHOP_DESCRIBE(ResultRefunded, reference, amount, refund_id)

// The provider has the refund and will tell later; the same call again asks how it stands.
struct ResultRefundPending {
    static constexpr std::string_view kName = "refund_pending";
    std::string reference;
    RefundId refund_id;
    bool operator==(const ResultRefundPending&) const = default;
};
SHOP_DESCRIBE(ResultRefundPending, reference, refund_id)

// Nothing is held any more, or ever will be under that key.
struct ResultVoided {
    static constexpr std::string_view kName = "voided";
    std::string reference;
    bool operator==(const ResultVoided&) const = default;
};
SHOP_DESCRIBE(ResultVoided, reference)

// The authorization ran out at the provider.
struct ResultExpired {
    static constexpr std::string_view kName = "expired";
    std::string reference;
    bool operator==(const ResultExpired&) const = default;
};
SHOP_DESCRIBE(ResultExpired, reference)

// The provider refused the operation for good. An authorization that is refused is `declined`.
struct ResultFailed {
    static constexpr std::string_view kName = "failed";
    Operation operation = Operation::kCapture;
    CaptureId capture_id;
    std::string code;
    RefundId refund_id = {};
    bool operator==(const ResultFailed&) const = default;
};
SHOP_DESCRIBE(ResultFailed, operation, capture_id, code, refund_id)

// The request went out, and what became of it is not known: time-out, broken connection, 5xx.
struct ResultUnknown {
    static constexpr std::string_view kName = "unknown";
    Operation operation = Operation::kAuthorize;
    bool operator==(const ResultUnknown&) const = default;
};
SHOP_DESCRIBE(ResultUnknown, operation)

// To a query: the provider knows nothing of it *now*. A request under way may still arrive.
struct ResultNotFound {
    static constexpr std::string_view kName = "not_found";
    bool operator==(const ResultNotFound&) const = default;
};
SHOP_DESCRIBE_EMPTY(ResultNotFound)

using ResultOf = std::variant<ResultUnknown, ResultAuthorized, ResultDeclined, ResultActionRequired,
                              ResultPending, ResultCaptured, ResultVoided, ResultExpired,
                              ResultFailed, ResultNotFound, ResultRefunded, ResultRefundPending>;

struct ProviderResult {
    ResultOf of;
    Seen seen;
    std::optional<Time> effective_at;  // when it happened at the provider's
    bool operator==(const ProviderResult&) const = default;
};
SHOP_DESCRIBE(ProviderResult, of, seen, effective_at)

// The provider's reference in a result, or nothing.
std::string reference_of(const ProviderResult& result);

}  // namespace shop::payment
