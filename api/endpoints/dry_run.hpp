// What a call would do, and does not: `?dry_run=1` on calls that move money or stock. The decision
// is the real one, on the state as it is now; nothing of it is recorded.
#pragma once

#include <cstdint>
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

enum class MoneyMoveKind { kAuthorize, kCapture, kRefund, kVoid };
SHOP_DESCRIBE_ENUM(MoneyMoveKind, kAuthorize, kCapture, kRefund, kVoid)

struct MoneyMove {
    PaymentId payment_id;
    MoneyMoveKind kind = MoneyMoveKind::kCapture;
    Money amount;
    bool operator==(const MoneyMove&) const = default;
};
SHOP_DESCRIBE(MoneyMove, payment_id, kind, amount)

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
    std::vector<StockMove> stock;
    std::vector<std::string> events;  // types, as the record would have them
    static constexpr std::string_view kSchemaName = "DryRun";
    bool operator==(const DryRunView&) const = default;
};
SHOP_DESCRIBE(DryRunView, money, stock, events)

// Adds the parameter, and to the answer what a dry run gives; the status 200 too.
void may_run_dry(http::Route& route);
bool is_dry_run(const http::Request& request);

// Tries the submission out, and says what it would do; or why it would be refused. `sku` is that of
// the stock item which the command itself is about, if it is about one.
Task<http::Response> answer_dry_run(Services& services, Executor& home, Submission submission,
                                    std::string sku = {});

}  // namespace shop::api
