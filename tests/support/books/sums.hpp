// What the events of a shop say of its sales, its goods and its credit notes, added up apart from
// the code that decided them.
//
//   Sums sums;
//   for (const RecordedEvent& event : …) sums.take(event.stream, event.data);
//   check(sums, streams);               // books.hpp
//   sums.faults                         // what is wrong
//
// Events of one partition are taken in their order; how those of several are mixed does not matter.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/any_event.hpp"
#include "core/credit_note/credit_note.hpp"
#include "core/sale/values.hpp"

namespace shop::tests {

struct LineSums {
    sale::Line line;  // as it was sold
    std::int64_t canceled = 0;
    std::int64_t credited = 0;
    std::int64_t returned = 0;
    std::int64_t pence = 0;    // canceled and credited
    std::int64_t shipped = 0;  // by its stock item
};

struct NoteSums {
    std::int64_t total = 0;
    std::int64_t settled = 0;
    std::int64_t number = 0;
    std::vector<credit_note::Line> lines;
    std::map<StreamId, std::int64_t> came_back;  // units, by the stock item that took them
};

// What the last word about a payment's authorization was.
enum class Stand { kOpen, kDeclined, kHeld, kTaken, kVoided, kExpired };

struct PaymentSums {
    Stand stand = Stand::kOpen;
    std::int64_t held = 0;  // and nothing of it taken
};

// An order, with its payments and the credit notes of its slot.
struct SaleSums {
    std::map<LineId, LineSums> lines;
    std::map<StreamId, NoteSums> notes;
    std::map<RefundId, std::int64_t> refunds;  // asked for
    std::map<StreamId, PaymentSums> payments;
    std::int64_t gross = 0;
    std::int64_t canceled = 0;
    std::int64_t credited = 0;
    std::int64_t given = 0;
    std::int64_t authorized = 0;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::set<StreamId> by_hand;             // payments of no provider
    std::int64_t kept_by_hand = 0;          // … what they took and did not give back
    std::int64_t settled_otherwise = 0;     // refunds that were refused
    std::int64_t refunds_without_note = 0;  // asked for: staff may give back as it likes
    bool is_canceled = false;
    bool was_refused = false;  // money that was to be taken for it

    std::int64_t due() const { return (is_canceled ? 0 : gross - canceled - credited) + given; }
    // Its balance, which is what may still be taken for it; less than nothing: too much was.
    std::int64_t left() const { return due() - captured + refunded + settled_otherwise; }
};

// Units of a stock item.
struct GoodsSums {
    std::int64_t received = 0;
    std::int64_t adjusted = 0;
    std::int64_t shipped = 0;
    std::int64_t restocked = 0;  // sellable

    std::int64_t on_hand() const { return received + adjusted - shipped + restocked; }
};

struct Fault {
    StreamId of;
    std::string sentence;
};

struct Sums {
    std::map<OrderId, SaleSums> sales;    // those too that never were placed
    std::map<StreamId, GoodsSums> goods;  // of every stock item, also of those that never moved
    std::int64_t last_number = 0;         // of a credit note
    std::map<std::string, std::int64_t> numbers;  // of credit notes, by document
    std::vector<Fault> faults;                    // in the order they showed

    void take(const StreamId& stream, const AnyEvent& event);
    void expect(bool is_so, const StreamId& of, const char* sentence) {
        if (!is_so) faults.push_back({of, sentence});
    }
    // That of a payment or a credit note whose first event was taken.
    SaleSums& sale_of(const StreamId& stream) { return sales[orders[stream]]; }

    std::map<StreamId, OrderId> orders;  // of payments and credit notes
};

}  // namespace shop::tests
