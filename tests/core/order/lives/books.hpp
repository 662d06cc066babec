// The books of a small engine's shop, which sold one order.
#pragma once

#include <cstdint>
#include <string>

#include "tests/core/order/lives/small_engine.hpp"
#include "tests/support/books/books.hpp"

namespace shop::tests {

class Books {
  public:
    explicit Books(const SmallEngine& engine) : engine_(engine) {}

    // What is wrong, as far as it can be told at any moment; or nothing. Reads on where it was.
    std::string fault();
    // … once nothing is under way any more. No more is on hand than `opening`.
    std::string fault_at_rest(std::int64_t opening);

  private:
    void read_on();
    std::string first_fault() const;

    const SmallEngine& engine_;
    std::size_t read_ = 0;
    Sums sums_;
};

}  // namespace shop::tests
