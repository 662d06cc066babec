// What the events of an order say, added up apart from the code that decided them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/core/order/lives/small_engine.hpp"

namespace shop::tests {

struct LineBook {
    sale::Line line;  // as it was sold
    std::int64_t canceled = 0;
    std::int64_t credited = 0;
    std::int64_t returned = 0;
    std::int64_t pence = 0;    // canceled and credited
    std::int64_t shipped = 0;  // by its stock item
};

struct NoteBook {
    std::int64_t total = 0;
    std::int64_t settled = 0;
    std::int64_t number = 0;
};

struct StockBook {
    std::int64_t received = 0;
    std::int64_t shipped = 0;
    std::int64_t restocked = 0;  // sellable
};

struct Sums {
    std::map<LineId, LineBook> lines;
    std::map<StreamId, NoteBook> notes;
    std::map<StreamId, StockBook> stock;
    std::int64_t last_number = 0;                 // of a credit note
    std::map<std::string, std::int64_t> numbers;  // by document
    std::map<RefundId, std::int64_t> refunds;     // asked for
    std::int64_t gross = 0;
    std::int64_t canceled = 0;
    std::int64_t credited = 0;
    std::int64_t given = 0;
    std::int64_t authorized = 0;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::set<StreamId> by_hand;          // payments of no provider
    std::int64_t kept_by_hand = 0;       // … what they took and did not give back
    std::int64_t settled_otherwise = 0;  // refunds that were refused
    bool is_canceled = false;
    std::string fault;  // the first that showed

    std::int64_t due() const { return (is_canceled ? 0 : gross - canceled - credited) + given; }
    void expect(bool is_so, const char* sentence) {
        if (!is_so && fault.empty()) fault = sentence;
    }
};

class Books {
  public:
    Books(const SmallEngine& engine, const OrderId& order) : engine_(engine), order_(order) {}

    // What is wrong, as far as it can be told at any moment; or nothing. Reads on where it was.
    std::string fault();
    // … once nothing is under way any more. No more is on hand than `opening`.
    std::string fault_at_rest(std::int64_t opening);

  private:
    void read_on();

    const SmallEngine& engine_;
    const OrderId order_;
    std::size_t read_ = 0;
    Sums sums_;
};

}  // namespace shop::tests
