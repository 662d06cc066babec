// The lists of payments and of refunds: those of orders, and money that nobody asked for.
#include "api/endpoints/staff_list.hpp"
#include "api/http/schema_of.hpp"
#include "core/payment/payment.hpp"

namespace shop::api {
namespace {

struct PaymentItem {
    PaymentId id;
    std::optional<OrderId> order_id;          // none: nobody asked for it
    std::optional<std::string> order_number;  // once it is placed
    std::optional<std::int64_t> attempt;      // of its order, from 1
    std::string provider;
    std::optional<std::string> method;
    std::optional<std::string> reference;  // the provider's, or what staff call it
    payment::Status status = payment::Status::kInitiated;
    std::optional<std::string> code;  // of what failed last
    Money amount;
    Money authorized;
    Money captured;
    Money refunded;  // by the payment, or settled otherwise
    Time initiated_at;
    Time changed_at;
    static constexpr std::string_view kSchemaName = "PaymentItem";
    bool operator==(const PaymentItem&) const = default;
};
SHOP_DESCRIBE(PaymentItem, id, order_id, order_number, attempt, provider, method, reference, status,
              code, amount, authorized, captured, refunded, initiated_at, changed_at)

struct PaymentListView {
    std::vector<PaymentItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "PaymentList";
    bool operator==(const PaymentListView&) const = default;
};
SHOP_DESCRIBE(PaymentListView, items, next)

enum class RefundStatus { kRequested, kPending, kRefunded, kFailed, kSettled };
SHOP_DESCRIBE_ENUM(RefundStatus, kRequested, kPending, kRefunded, kFailed, kSettled)

struct RefundItem {
    RefundId id;
    PaymentId payment_id;
    std::optional<OrderId> order_id;
    std::optional<std::string> order_number;
    std::string provider;
    std::optional<CreditNoteId> credit_note_id;  // that it settles
    RefundStatus status = RefundStatus::kRequested;
    bool is_owed = false;              // it failed, and was neither asked for again nor settled
    std::optional<RefundId> replaces;  // one that failed
    std::optional<std::string> code;   // why it failed
    Money amount;
    std::optional<std::string> reason;
    Time requested_at;
    Time changed_at;
    static constexpr std::string_view kSchemaName = "RefundItem";
    bool operator==(const RefundItem&) const = default;
};
SHOP_DESCRIBE(RefundItem, id, payment_id, order_id, order_number, provider, credit_note_id, status,
              is_owed, replaces, code, amount, reason, requested_at, changed_at)

struct RefundListView {
    std::vector<RefundItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "RefundList";
    bool operator==(const RefundListView&) const = default;
};
SHOP_DESCRIBE(RefundListView, items, next)

// What both have, with the times of that.
std::vector<http::Parameter> parameters(std::string_view times) {
    std::vector<http::Parameter> all{
        {.name = "provider", .min = 1, .max = 60},
        {.name = "order", .description = "the order's id", .min = 1, .max = 40},
        {.name = "q",
         .description = "an order's number, or the payment's reference at its provider",
         .min = 1,
         .max = 200}};
    for (http::Parameter& time : time_parameters(times)) all.push_back(time);
    return all;
}

std::vector<http::Parameter> payment_parameters() {
    std::vector<http::Parameter> all = parameters("asked for at or after");
    all.push_back({.name = "status", .one_of = http::names_of<payment::Status>()});
    return all;
}

std::vector<http::Parameter> refund_parameters() {
    std::vector<http::Parameter> all = parameters("asked for, or done, at or after");
    all.push_back({.name = "status", .one_of = http::names_of<RefundStatus>()});
    all.push_back({.name = "owed",
                   .type = "boolean",
                   .description = "it failed, and was neither asked for again nor settled"});
    all.push_back({.name = "payment", .description = "the payment's id", .min = 1, .max = 40});
    all.push_back({.name = "credit_note", .description = "the note's id", .min = 1, .max = 40});
    return all;
}

}  // namespace

void add_admin_payment_list_routes(http::Routes& routes, Services& services) {
    routes.add(staff_list_route({.pattern = "/api/v1/admin/payments",
                                 .summary = "Payments, the newest first",
                                 .tag = "payments (staff)",
                                 .parameters = payment_parameters(),
                                 .answer = http::schema_of<PaymentListView>()}),
               [&services](const http::Request& request) {
                   return answer_list(services, request, projections::storefront::list_payments);
               });
    routes.add(staff_list_route({.pattern = "/api/v1/admin/refunds",
                                 .summary = "Refunds, the newest first",
                                 .tag = "payments (staff)",
                                 .parameters = refund_parameters(),
                                 .answer = http::schema_of<RefundListView>()}),
               [&services](const http::Request& request) {
                   return answer_list(services, request, projections::storefront::list_refunds);
               });
}

}  // namespace shop::api
