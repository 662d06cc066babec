// The life of one order, drawn at random: placed, paid by card or later in parts, shipped in parts,
// canceled in part, credited with goods that come back, refunded, with cards that fail at any of
// it, answers that get lost and come twice, and staff that asks for more than there is. After every
// step its books are checked against what the events say.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tests/core/order/lives/books.hpp"
#include "tests/core/order/lives/small_engine.hpp"

namespace shop::tests {

class Life {
  public:
    explicit Life(std::uint64_t seed, SmallEngine::Alter alter = {});

    // The first thing that is wrong, or nothing.
    std::string run();

    // How often what happened, to see that tests are about something: by the events' types, and
    // "lost answer", "repetition".
    std::map<std::string_view, std::size_t> happened() const;

  private:
    void open_shop();
    void fill_cart();
    bool place();
    bool pay_by_card();
    bool sell_on_account();
    void act();
    void staff_acts();

    void create_fulfillment();
    void move_fulfillment();
    void cancel_lines();
    void credit();
    void refund();
    void pay();

    const order::State* order() const { return engine_.find<order::State>(order_); }
    LineId any_line();
    FulfillmentId any_fulfillment();
    // None before any was made.
    PaymentId any_payment();

    SmallEngine engine_;
    const CartId cart_;
    const OrderId order_;
    Books books_;
    std::int64_t opening_ = 0;  // units of each stock item
    int notes_ = 0;
    int payments_ = 0;
};

}  // namespace shop::tests
