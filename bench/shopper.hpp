// What the load generator's shoppers do. Each has a connection of its own and knows its next call
// from the answers to the last.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/http_connection.hpp"

namespace shop::bench {

// What there is to look at and to buy.
struct Shelf {
    std::vector<std::string> skus;
    std::vector<std::string> urls;   // of lists
    std::vector<std::string> pages;  // of products, the i-th that of the i-th SKU
    std::string staff_key;           // for "visible"
};

struct Call {
    std::string_view name;  // for the statistics: "checkout"
    std::string bytes;      // of the whole request
    bool ends_journey = false;
};

class Shopper {
  public:
    virtual ~Shopper() = default;
    virtual Call next() = 0;
    // False if the answer is not what a shopper could go on with.
    virtual bool take(const Answer& answer) = 0;
};

// "get": one list after another. "cart": a cart, then 20 lines, and again. "journey": list, page,
// cart, two lines, contact, address, shipping options, shipping option, checkout; placed.
// "visible": goods come in, and the product's page is asked for as of that moment.
std::unique_ptr<Shopper> make_shopper(std::string_view script, const Shelf& shelf,
                                      std::uint64_t number);

}  // namespace shop::bench
