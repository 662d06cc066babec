// The view decides an order's payment_status in Postgres, the order itself in C++: the same, for
// whatever ledger.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "core/order/payment_status.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {

TEST_CASE("lists of orders decide payment_status as the order does", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    make_version(postgres, TestRunner::kStorefront);
    std::string expected;
    std::int64_t ledgers = 0;
    for (const auto unpaid : {order::PaymentStatus::kPending, order::PaymentStatus::kVoided})
        for (std::int64_t total = 0; total <= 3; ++total)
            for (std::int64_t due = 0; due <= total; ++due)
                for (std::int64_t captured = 0; captured <= 4; ++captured)
                    for (std::int64_t refunded = 0; refunded <= captured; ++refunded)
                        for (std::int64_t held = 0; held <= 4; ++held, ++ledgers)
                            expected +=
                                fmt::format("{}|{}|{}|{}|{}|{}|{}\n", enum_name(unpaid), total, due,
                                            captured, refunded, held,
                                            enum_name(order::payment_status_of(
                                                {total, due, captured, refunded, held, unpaid})));
    CHECK(ledgers == 1'500);
    CHECK(postgres.rows("SELECT u, t, d, c, r, h, "
                        "storefront_1.payment_status(t, d, c, r, h, u) "
                        "FROM unnest(ARRAY['pending', 'voided']) u, "
                        "generate_series(0::bigint, 3) t, generate_series(0::bigint, t) d, "
                        "generate_series(0::bigint, 4) c, generate_series(0::bigint, c) r, "
                        "generate_series(0::bigint, 4) h ORDER BY u, t, d, c, r, h") == expected);
}

}  // namespace shop::tests
