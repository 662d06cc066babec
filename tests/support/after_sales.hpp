// What may happen to orders once they are placed, at random: holds, cancellations, captures and
// refunds in parts, shipments, credit notes over one order or two, goods that come back, customers
// who come and are erased. No rule of the shop is kept but one: each stream's first event is the
// one that begins it.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/shop_log.hpp"

namespace shop::tests {

class AfterSales {
  public:
    // Both outlive it.
    AfterSales(ShopLog& log, std::mt19937& random) : log_(log), random_(random) {}

    void add_order(const OrderId& order, const order::Placed& placed, const PaymentId& payment);
    // Something happens, if there is an order.
    void happen();

  private:
    struct Sold {
        OrderId id;
        order::Placed placed;
        PaymentId payment;
        std::int32_t cancellations = 0;
        std::int32_t notes = 0;
        std::vector<FulfillmentId> fulfillments;
        std::vector<RefundId> refunds;
    };

    std::int64_t pick(std::int64_t below);
    Sold& any_order();
    order::LineAmount any_part(const Sold& sold);
    void change_order(Sold& sold);
    void ship(Sold& sold);
    void pay_later(const Sold& sold);
    void move_money(Sold& sold);
    void contradict(const Sold& sold);
    void discover();
    void credit(const Sold& sold);
    void change_credit();
    void move_stock(const Sold& sold);
    void change_customer();

    ShopLog& log_;
    std::mt19937& random_;
    std::vector<Sold> orders_;
    std::vector<CreditNoteId> credit_notes_;
    std::vector<CustomerId> customers_;
    int count_ = 0;
};

}  // namespace shop::tests
