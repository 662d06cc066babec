// Calls about a customer's order at the same moment, or after another one.
#include <algorithm>

#include "core/customer/customer.hpp"
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {
namespace {

using namespace tests;
using http::Method;

constexpr const char* kCustomers = "/api/v1/admin/customers";

struct RacingShop : HistoryShop {
    CustomerId customer = registered();  // Ada

    // Sold on account to nobody known: nothing personal is in it.
    OrderId sold(std::string id) {
        history::Order order = sale_of(id, 1);
        order.customer.reset();
        order.payments.clear();
        send({mug(), receipt_of("R" + id, 1), order});
        return history::order_id_of("erp", id);
    }
    // What becomes unreadable when the customer is erased.
    bool has_all_keys_of(const OrderId& id) {
        const auto theirs = state<customer::State>(customer).all_keys();
        const auto keys = state<order::State>(id).personal_keys();
        return std::ranges::all_of(keys, [&](const std::string& key) {
            return std::ranges::find(theirs, key) != theirs.end();
        });
    }

    CustomerId registered() {
        const auto answer = call(Method::kPost, kCustomers,
                                 R"({"contact":{"email":"ada@example.com"},"country":"GB"})");
        REQUIRE(answer.status == 201);
        return *CustomerId::parse(
            answer.header("Location").substr(std::string_view(kCustomers).size() + 1));
    }
};

TEST_CASE("a note that is written while its order is given to a customer is erased with them") {
    for (const bool note_first : {true, false}) {
        RacingShop shop;
        const OrderId order = shop.sold("1001");
        const std::string path = "/api/v1/admin/orders/" + order.to_string();
        std::vector<MemoryShop::Call> calls = {
            {Method::kPost, path + "/notes", R"({"text":"Ada called"})"},
            {Method::kPost, path + "/customer",
             R"({"customer_id":")" + shop.customer.to_string() + R"("})"}};
        if (!note_first) std::ranges::reverse(calls);
        for (const auto& answer : shop.call_together(calls)) CHECK(answer.status / 100 == 2);
        CAPTURE(note_first);
        CHECK(shop.state<order::State>(order).notes == 1);
        CHECK(shop.has_all_keys_of(order));
    }
}

TEST_CASE("two first notes of a customer's order are both erased with them") {
    RacingShop shop;
    const OrderId order = shop.sold("1001");
    const std::string path = "/api/v1/admin/orders/" + order.to_string();
    shop.call(Method::kPost, path + "/customer",
              R"({"customer_id":")" + shop.customer.to_string() + R"("})");
    const MemoryShop::Call note{Method::kPost, path + "/notes", R"({"text":"Ada called"})"};
    for (const auto& answer : shop.call_together({note, note})) CHECK(answer.status == 201);
    CHECK(shop.state<order::State>(order).notes == 2);
    CHECK(shop.has_all_keys_of(order));
}

TEST_CASE("a call that is repeated takes the order from nobody who was given it since") {
    RacingShop shop;
    const OrderId order = shop.sold("1001");
    const std::string path = "/api/v1/admin/orders/" + order.to_string();
    const CustomerId eve = shop.registered();
    const auto give_to = [&](const CustomerId& customer, std::string key) {
        const std::string body = R"({"customer_id":")" + customer.to_string() + R"("})";
        const auto answers =
            shop.call_together({{Method::kPost, path + "/customer", body, {}, std::move(key)}});
        CHECK(answers.front().status == 200);
    };
    give_to(shop.customer, "the-first-of-these-calls");
    give_to(eve, "the-second-of-these-calls");
    give_to(shop.customer, "the-first-of-these-calls");
    CHECK(shop.state<order::State>(order).customer_id == eve);
    CHECK(shop.state<customer::State>(eve).orders.contains(order));
}

}  // namespace
}  // namespace shop::api
