// What staff's calls on credit notes and refunds send.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/person_views.hpp"
#include "api/http/limits.hpp"
#include "core/catalog/product.hpp"
#include "core/credit_note/credit_note.hpp"

namespace shop::api {

// Units of an order's line, or money of it; without an amount, what the units cost.
struct CreditLineBody {
    LineId line_id;
    std::optional<std::int64_t> quantity;
    std::optional<Money> amount;
    std::optional<std::int64_t> restock;
    std::optional<stock::Disposition> disposition;  // sellable
    static constexpr std::string_view kSchemaName = "CreditLine";
    static constexpr std::array kLimits = {
        http::Limit{.member = "quantity", .min = 0, .max = stock::kQuantityMax},
        http::Limit{.member = "restock", .min = 0, .max = stock::kQuantityMax}};
};
SHOP_DESCRIBE(CreditLineBody, line_id, quantity, amount, restock, disposition)

struct SettlementBody {
    credit_note::SettledBy by = credit_note::SettledBy::kRefund;
    Money amount;
    std::optional<PaymentId> payment_id;  // of a refund; else the newest first
    static constexpr std::string_view kSchemaName = "CreditSettlement";
};
SHOP_DESCRIBE(SettlementBody, by, amount, payment_id)

// Lines, or an amount that is about none.
struct OrderCreditBody {
    std::optional<std::vector<CreditLineBody>> lines;
    std::optional<Money> amount;
    std::optional<std::string> title;  // of the amount
    std::optional<std::vector<SettlementBody>> settlements;
    std::optional<ReasonBody> reason;
    std::optional<ExternalView> external;
    static constexpr std::string_view kSchemaName = "CreditOrder";
    static constexpr std::array kLimits = {
        http::Limit{.member = "lines", .min = 1, .max = 1'200},
        http::Limit{.member = "title", .min = 1, .max = 200},
        http::Limit{.member = "settlements", .min = 1, .max = 20}};
};
SHOP_DESCRIBE(OrderCreditBody, lines, amount, title, settlements, reason, external)

// What is credited that no order here tells of.
struct FreeCreditLineBody {
    std::string title;
    Money amount;
    std::optional<std::string> sku;  // of what comes back
    std::optional<std::int64_t> quantity;
    std::optional<std::int64_t> restock;
    std::optional<stock::Disposition> disposition;
    static constexpr std::string_view kSchemaName = "FreeCreditLine";
    static constexpr std::array kLimits = {
        http::Limit{.member = "title", .min = 1, .max = 200},
        http::Limit{.member = "sku", .min = 1, .max = product::kSkuMax},
        http::Limit{.member = "quantity", .min = 0, .max = stock::kQuantityMax},
        http::Limit{.member = "restock", .min = 0, .max = stock::kQuantityMax}};
};
SHOP_DESCRIBE(FreeCreditLineBody, title, amount, sku, quantity, restock, disposition)

struct FreeCreditBody {
    std::vector<FreeCreditLineBody> lines;
    std::optional<CustomerId> customer_id;
    std::optional<std::vector<SettlementBody>> settlements;
    std::optional<ReasonBody> reason;
    std::optional<ExternalView> external;
    static constexpr std::string_view kSchemaName = "Credit";
    static constexpr std::array kLimits = {
        http::Limit{.member = "lines", .min = 1, .max = 1'200},
        http::Limit{.member = "settlements", .min = 1, .max = 20}};
};
SHOP_DESCRIBE(FreeCreditBody, lines, customer_id, settlements, reason, external)

// An amount; none: that of the refused refund `again`, or what was taken beyond what is due.
struct RefundBody {
    std::optional<Money> amount;
    std::optional<RefundId> again;
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "RefundPayment";
};
SHOP_DESCRIBE(RefundBody, amount, again, reason)

// How a refused refund was given back.
struct SettleRefundBody {
    payment::SettledOtherwise by = payment::SettledOtherwise::kOffline;
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "SettleRefund";
};
SHOP_DESCRIBE(SettleRefundBody, by, reason)

}  // namespace shop::api
