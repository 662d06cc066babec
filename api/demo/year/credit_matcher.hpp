// Which earlier sale a credited line belongs to: the data set's credits name none. One thread.
//
// A line of the same customer and stock code; those at the same price first, of those the newest;
// then those at another price, the newest first. Never more units than the line has left, and never
// more money than was paid for it and is not credited yet.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace shop::demo {

struct SoldLine {
    std::uint32_t document = 0;  // its place in YearData::documents
    std::uint32_t line = 0;      // of the document, from 1
    std::int64_t price_milli = 0;
    std::int64_t quantity = 0;  // not credited yet
    std::int64_t pence = 0;     // likewise
};

struct CreditLink {
    std::uint32_t document = 0;
    std::uint32_t line = 0;
    std::int64_t quantity = 0;
    std::int64_t pence = 0;  // the line's share: all that is credited, unless too little was paid
    bool is_same_price = false;
    bool operator==(const CreditLink&) const = default;
};

class CreditMatcher {
  public:
    // Sales are told in the order of time.
    void sell(std::uint32_t customer, std::uint32_t sku, const SoldLine& line);

    // Takes `quantity` units off earlier sales; fewer, or none, if there are no more.
    std::vector<CreditLink> credit(std::uint32_t customer, std::uint32_t sku,
                                   std::int64_t price_milli, std::int64_t quantity);

  private:
    std::unordered_map<std::uint64_t, std::vector<SoldLine>> lines_;  // by customer and code
};

}  // namespace shop::demo
