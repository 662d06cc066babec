// The books of a shop: what its streams say must be what their events come to (sums.hpp). Each
// check adds what it finds to the faults of the sums.
#pragma once

#include <cstdint>

#include "api/sandbox/book.hpp"
#include "core/base/money.hpp"
#include "core/decision.hpp"
#include "core/order/order.hpp"
#include "tests/support/books/sums.hpp"

namespace shop::tests {

// At any moment.
void check(Sums& sums, const Streams& streams);
// Once nothing is under way any more, and the provider's book is that.
void check_at_rest(Sums& sums, const Streams& streams, const sandbox::Book& provider);

// ---- The provider's book ------------------------------------------------------------------------

// Authorized, and neither voided nor given back, for that order; captured money included.
std::int64_t held_for(const sandbox::Book& book, const OrderId& order);
// Taken, and not given back.
std::int64_t taken_for(const sandbox::Book& book, const OrderId& order);
// What the movement adds to the money that is held, or takes from it.
std::int64_t held_by(const sandbox::Movement& movement);

}  // namespace shop::tests
