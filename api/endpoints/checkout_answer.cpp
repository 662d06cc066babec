#include "api/endpoints/checkout_answer.hpp"

#include <algorithm>
#include <utility>

#include "core/json/encode.hpp"

namespace shop::api {
namespace {

// A line that is short, as the problem document lists it.
struct ShortLine {
    LineId line_id;
    std::string sku;
    std::string title;
    std::int64_t requested = 0;
    std::int64_t available = 0;
};
SHOP_DESCRIBE(ShortLine, line_id, sku, title, requested, available)

std::string member(std::string_view name, const std::string& json) {
    return "\"" + std::string(name) + "\":" + json;
}

std::string members_of(const OrderId& order) {
    return member("order_id", json::to_json(order, json::Defaults::kWrite));
}

Error declined(const checkout::Outcome& outcome) {
    Error error{ErrorCode::kRejected, "payment-declined",
                "The card was declined. The units stay held for you: pay with another one, or "
                "cancel the order."};
    error.members =
        members_of(outcome.order_id) + "," +
        member("payment_id", json::to_json(outcome.payment_id, json::Defaults::kWrite)) + "," +
        member("code", json::to_json(outcome.code, json::Defaults::kWrite));
    return error;
}

Error failed(const checkout::Outcome& outcome) {
    Error error{ErrorCode::kConflict, "checkout-failed",
                "The checkout has ended without an order. Start it again."};
    if (outcome.reason == checkout::FailReason::kCanceled) error.type = "checkout-canceled";
    if (outcome.reason == checkout::FailReason::kExpired) error.type = "checkout-expired";
    if (outcome.reason == checkout::FailReason::kProviderUnavailable) {
        error.code = ErrorCode::kUnavailable;
        error.type = "provider-unavailable";
    }
    error.members = members_of(outcome.order_id) + "," +
                    member("reason", json::to_json(outcome.reason, json::Defaults::kWrite));
    return error;
}

}  // namespace

Error out_of_stock(const checkout::Outcome& outcome, const std::vector<NamedLine>& names) {
    std::vector<ShortLine> lines;
    for (const checkout::RefusedLine& refused : outcome.lines) {
        ShortLine line{.line_id = refused.line_id,
                       .requested = refused.requested,
                       .available = refused.available};
        const auto named = std::ranges::find(names, refused.line_id, &NamedLine::line_id);
        if (named != names.end()) {
            line.sku = named->sku;
            line.title = named->title;
        }
        lines.push_back(std::move(line));
    }
    Error error{ErrorCode::kConflict, "out-of-stock",
                "There are not enough units left. Take fewer, and try again."};
    error.members = members_of(outcome.order_id) + "," +
                    member("lines", json::to_json(lines, json::Defaults::kWrite));
    return error;
}

bool is_out_of_stock(const checkout::Outcome& outcome) {
    return outcome.kind == checkout::OutcomeKind::kFailed &&
           outcome.reason == checkout::FailReason::kOutOfStock;
}

namespace {

// 0: there is no order, and will be none.
int status_of(const checkout::Outcome& outcome) {
    switch (outcome.kind) {
        case checkout::OutcomeKind::kPlaced:
            return 201;
        case checkout::OutcomeKind::kPending:
        case checkout::OutcomeKind::kAction:
            return 202;
        case checkout::OutcomeKind::kDeclined:
        case checkout::OutcomeKind::kFailed:
            break;
    }
    return 0;
}

Error problem_of(const checkout::Outcome& outcome, const std::vector<NamedLine>& lines) {
    const bool is_declined = outcome.kind == checkout::OutcomeKind::kDeclined ||
                             outcome.reason == checkout::FailReason::kDeclined;
    if (is_declined) return declined(outcome);
    return is_out_of_stock(outcome) ? out_of_stock(outcome, lines) : failed(outcome);
}

}  // namespace

http::Response answer_of(Services& services, const checkout::Outcome& outcome,
                         const Result<OrderFacts>& facts, const std::vector<NamedLine>& lines) {
    const int status = status_of(outcome);
    return status == 0 ? http::problem(problem_of(outcome, lines))
                       : order_answer(services, facts, status);
}

http::Response answer_staff_of(Services& services, const checkout::Outcome& outcome,
                               const Result<OrderFacts>& facts,
                               const std::vector<NamedLine>& lines) {
    const int status = status_of(outcome);
    return status == 0 ? http::problem(problem_of(outcome, lines))
                       : staff_order_answer(services, facts, status);
}

}  // namespace shop::api
