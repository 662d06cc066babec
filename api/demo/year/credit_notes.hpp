// The year's cancelled documents as credit notes. Each becomes exactly one, also when the sale was
// canceled minutes later. One thread; documents are told in the order of time.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/demo/year/credit_matcher.hpp"
#include "api/demo/year/year_book.hpp"

namespace shop::demo {

inline constexpr std::string_view kSamePrice = "same_price";
inline constexpr std::string_view kOtherPrice = "other_price";

class CreditNotes {
  public:
    // `book` outlives it.
    explicit CreditNotes(const YearBook& book) : book_(book) {}

    // A sale, by its place among the documents: later credits may belong to it.
    void sell(std::uint32_t place);

    // The note of a document that begins with C. Goods go back into the stock. What belongs to a
    // line of an order is refunded on that order's payment, once per order; the rest is settled
    // offline, fees are set off.
    history::CreditNote note_of(const YearDocument& document);

  private:
    struct Draft;

    void add_goods(Draft& draft, const YearRow& row);
    void add_fee(Draft& draft, const YearRow& row) const;
    history::CreditLine line_of(const YearRow& row, std::int64_t quantity) const;
    const YearDocument* find_reversed(const YearDocument& credit) const;

    const YearBook& book_;
    CreditMatcher matcher_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> sales_;  // places, by customer
};

}  // namespace shop::demo
