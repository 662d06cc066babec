// What is left of an order, in units and in money, while a file of history goes on with it: an
// order of the file, or one that the shop has. Nothing is taken of it that core would refuse to
// give, so that a dry run and the import itself refuse the same records.
//
//   SoldOrder order = sold_of(record);
//   if (auto refusal = order.pay(payment, 1'000)) …
//
// Amounts are minor units. Plain values; pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "api/history/history_records.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/fulfillment/fulfillment.hpp"
#include "core/order/money.hpp"
#include "core/order/order.hpp"

namespace shop::history {

struct SoldOrder {
    struct Line {
        std::int64_t quantity = 0;  // not credited yet
        std::int64_t amount = 0;    // …
        std::int64_t away = 0;      // units that have left, and not come back
    };

    std::string name;  // what the file calls it
    OrderId id;
    Currency currency;
    bool is_canceled = false;
    std::int64_t to_credit = 0;
    std::int64_t balance = 0;  // still to be paid
    std::int64_t to_refund = 0;
    std::unordered_set<PaymentId> payments;
    std::unordered_map<LineId, Line> lines;

    // Notes the payment, or says why it cannot be: "paid-too-much", "order-canceled",
    // "too-many-payments".
    std::optional<Error> pay(const PaymentId& payment, std::int64_t amount);
};

SoldOrder sold_of(const Order& record, const std::string& system);
SoldOrder sold_of(std::string name, const OrderId& id, const order::State& order,
                  const std::vector<order::OrderPayment>& payments,
                  const std::vector<fulfillment::Found>& fulfillments);

// Of a line.
struct CreditedUnits {
    std::int64_t quantity = 0;
    std::int64_t amount = 0;
    bool restock = false;
};

// What one document gives back of orders; counted only if all of it is right.
class Credit {
  public:
    void take_line(SoldOrder& order, const std::string& line, const CreditedUnits& units);
    // Of no line.
    void take_amount(SoldOrder& order, std::int64_t amount) { part_of(order).credited += amount; }

    // How the buyer gets it, as told.
    void refund(SoldOrder& order, std::int64_t amount) { part_of(order).refunded += amount; }
    void set_off(SoldOrder& order, std::int64_t amount) { part_of(order).offset += amount; }
    // The orders settle their parts by themselves: what was paid beyond what is then due goes back.
    void settle_by_orders() { is_apart_ = true; }
    void refuse(std::string_view code, std::string message);

    // Notes all of it; or nothing, and says why it cannot be: "unknown-order-line",
    // "credited-too-many", "credited-too-much", "restocked-too-many", "refunded-too-much",
    // "offset-too-much", "order-canceled".
    std::optional<Error> finish();
    // What then goes back on payments.
    std::int64_t given_back() const { return given_back_; }

  private:
    struct Part {
        SoldOrder* order = nullptr;
        std::int64_t credited = 0;
        std::int64_t refunded = 0;
        std::int64_t offset = 0;
    };
    struct LinePart {
        SoldOrder* order = nullptr;
        SoldOrder::Line sum;
    };
    Part& part_of(SoldOrder& order);
    void check(const Part& part);
    void note(const Part& part);

    std::vector<Part> parts_;  // one an order
    std::map<LineId, LinePart> lines_;
    bool is_apart_ = false;
    std::int64_t given_back_ = 0;
    std::optional<Error> refusal_;  // the first
};

}  // namespace shop::history
