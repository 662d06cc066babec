// Sums up what became of the year's orders and credit notes, whatever tells it: the year's records,
// or the events of a shop's log. Not thread-safe.
#pragma once

#include <string>
#include <unordered_map>

#include "api/demo/year/year_figures.hpp"

namespace shop::demo {

// Amounts in pence. `due`: what the lines cost, less what was canceled and credited of them.
struct OrderMoves {
    bool is_of_year = false;
    std::int64_t due = 0;
    std::int64_t given = 0;  // back by other means than its payments
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t shipped = 0;  // units
    std::int64_t on_hand = 0;  // by how many units that changed
};

struct NoteMoves {
    bool is_of_year = false;
    std::int64_t total = 0;
    std::int64_t settled = 0;
    std::int64_t number = 0;
    std::int64_t returned = 0;  // units
    std::int64_t on_hand = 0;
};

class MoveSums {
  public:
    // By whatever names it. It may be told of before it is known to be of the year; if it never is,
    // it does not count.
    OrderMoves& order(const std::string& id) { return orders_[id]; }
    NoteMoves& note(const std::string& id) { return notes_[id]; }

    std::int64_t notes() const { return static_cast<std::int64_t>(notes_.size()); }

    // Receipts and stock counts.
    void add_stock(std::int64_t units) { on_hand_ += units; }

    MoveFigures figures() const;

  private:
    std::unordered_map<std::string, OrderMoves> orders_;
    std::unordered_map<std::string, NoteMoves> notes_;
    std::int64_t on_hand_ = 0;
};

// Every note is settled, and they are numbered from 1.
void add_moves(const history::Order& order, MoveSums& sums);
void add_moves(const history::CreditNote& note, MoveSums& sums);
void add_moves(const history::Receipt& receipt, MoveSums& sums);
void add_moves(const history::Adjustment& adjustment, MoveSums& sums);

}  // namespace shop::demo
