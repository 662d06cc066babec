// A placed order whose units are set aside, and verbs for what staff does to it: two mugs at 10.00,
// a tea at 5.00, and the delivery at 3.95.
#pragma once

#include <cstdint>
#include <vector>

#include "core/fulfillment/fulfillment.hpp"
#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {

inline const Reason kWhy{"staff", "asked by phone"};

class SoldOrder : public Purchase {
  public:
    // With kTwo the first card was declined.
    enum class Cards { kOne, kTwo };
    explicit SoldOrder(Cards cards = Cards::kOne, payment::Capabilities can = {});

    // Units of the mug's and the tea's line; a line of which there are none is left out.
    std::vector<order::LineQuantity> units(std::int64_t mugs, std::int64_t teas) const;

    // The n-th fulfillment of so many units: created, and shipped with create_shipped().
    SoldOrder& create(std::int64_t mugs, std::int64_t teas);
    SoldOrder& create_shipped(std::int64_t mugs, std::int64_t teas);
    SoldOrder& ship(int n);
    SoldOrder& cancel_lines(std::int64_t mugs, std::int64_t teas);
    SoldOrder& cancel_by_staff();
    SoldOrder& capture();
    SoldOrder& hold();
    // The provider says that the payment's n-th capture was made, from 1, or refused.
    SoldOrder& captured(int n);
    SoldOrder& capture_refused(int n);

    FulfillmentId fulfillment_id(int n) const { return fulfillment::fulfillment_of(order, n); }
    const fulfillment::State& fulfillment(int n) const;
    const order::State& sold() const;
    // Pence of each capture and each refund that was asked for, refused ones included.
    std::vector<std::int64_t> captures() const;
    std::vector<std::int64_t> refunds() const;
};

}  // namespace shop::tests
