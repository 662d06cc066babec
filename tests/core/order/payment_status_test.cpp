// How an order stands with money, case by case.
#include "core/order/payment_status.hpp"

#include <catch2/catch.hpp>

namespace shop::order {
namespace {

using enum PaymentStatus;

struct Case {
    const char* sentence;
    Ledger ledger;
    PaymentStatus status;
};

TEST_CASE("how an order stands with money is one word") {
    const Case cases[] = {
        {"nothing to pay", {.total = 0, .due = 0}, kNotRequired},
        {"nothing has come", {.total = 9, .due = 9}, kPending},
        {"a card holds it", {.total = 9, .due = 9, .held = 9}, kAuthorized},
        {"canceled, and held still", {.total = 9, .due = 0, .held = 9}, kAuthorized},
        {"let go", {.total = 9, .due = 0, .unpaid = kVoided}, kVoided},
        {"ran out", {.total = 9, .due = 9, .unpaid = kExpired}, kExpired},
        {"paid in part", {.total = 9, .due = 9, .captured = 4}, kPartiallyCaptured},
        {"paid in part, a card holds all", {9, 9, 4, 0, 9}, kPartiallyCaptured},
        {"paid", {.total = 9, .due = 9, .captured = 9}, kCaptured},
        {"paid but for what was credited", {.total = 9, .due = 6, .captured = 6}, kCaptured},
        {"some went back",
         {.total = 9, .due = 6, .captured = 9, .refunded = 3},
         kPartiallyRefunded},
        {"all went back", {.total = 9, .due = 0, .captured = 9, .refunded = 9}, kRefunded},
        {"more has come", {.total = 9, .due = 9, .captured = 10}, kOverpaid},
        {"more than is due is still here", {9, 6, 9, 2, 0}, kOverpaid},
        {"paid for nothing", {.total = 0, .due = 0, .captured = 1}, kOverpaid},
        {"two cards hold it", {.total = 9, .due = 9, .held = 18}, kOverpaid},
        {"paid, and a card holds it too", {9, 9, 9, 0, 9}, kOverpaid},
    };
    for (const Case& each : cases) {
        INFO(each.sentence);
        CHECK(enum_name(payment_status_of(each.ledger)) == enum_name(each.status));
    }
}

}  // namespace
}  // namespace shop::order
