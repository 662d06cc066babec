// What a call would do, and does not: `?dry_run=1` on calls that move money or stock. The decision
// is the real one, on the state as it is now; nothing of it is recorded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/http/message.hpp"
#include "api/http/route.hpp"
#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "events/engine.hpp"
#include "events/task.hpp"

namespace shop::api {

struct Services;

// The last three settle what is credited without the payment: as less to be paid, in cash or the
// like, as store credit.
enum class MoneyMoveKind {
    kAuthorize,
    kCapture,
    kRefund,
    kVoid,
    kOffset,
    kOffline,
    kStoreCredit,
};
SHOP_DESCRIBE_ENUM(MoneyMoveKind, kAuthorize, kCapture, kRefund, kVoid, kOffset, kOffline,
                   kStoreCredit)

struct MoneyMove {
    std::optional<PaymentId> payment_id;  // none: it is on no payment
    MoneyMoveKind kind = MoneyMoveKind::kCapture;
    Money amount;
    bool operator==(const MoneyMove&) const = default;
};
SHOP_DESCRIBE(MoneyMove, payment_id, kind, amount)

struct MoneyChange {
    Money before;
    Money after;
    bool operator==(const MoneyChange&) const = default;
};
SHOP_DESCRIBE(MoneyChange, before, after)

// What an order the call is about owes, as the order itself tells it: before the call, and once all
// of `money` has moved. Nothing before it is placed.
struct OrderMoney {
    OrderId order_id;
    MoneyChange due;
    MoneyChange balance;
    bool operator==(const OrderMoney&) const = default;
};
SHOP_DESCRIBE(OrderMoney, order_id, due, balance)

enum class StockMoveKind { kReserve, kRelease, kShip, kRestock, kReceive, kAdjust };
SHOP_DESCRIBE_ENUM(StockMoveKind, kReserve, kRelease, kShip, kRestock, kReceive, kAdjust)

struct StockMove {
    std::string sku;
    StockMoveKind kind = StockMoveKind::kShip;
    std::int64_t quantity = 0;  // of an adjustment maybe below 0
    bool operator==(const StockMove&) const = default;
};
SHOP_DESCRIBE(StockMove, sku, kind, quantity)

struct DryRunView {
    std::vector<MoneyMove> money;
    std::vector<OrderMoney> orders;
    std::vector<StockMove> stock;
    std::vector<std::string> events;  // types, as the record would have them
    static constexpr std::string_view kSchemaName = "DryRun";
    bool operator==(const DryRunView&) const = default;
};
SHOP_DESCRIBE(DryRunView, money, orders, stock, events)

// Adds the parameter, and to the answer what a dry run gives; the status 200 too.
void may_run_dry(http::Route& route);
bool is_dry_run(const http::Request& request);

// Tries the submission out, and says what it would do; or why it would be refused. `sku` is that of
// the stock item which the command itself is about, if it is about one.
Task<http::Response> answer_dry_run(Services& services, Executor& home, Submission submission,
                                    std::string sku = {});

}  // namespace shop::api
