// An order of staff that failed and is placed once more.
#include <algorithm>
#include <set>

#include "core/checkout/checkout.hpp"
#include "core/customer/customer.hpp"
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {

void add_place_order_routes(http::Routes& routes, Services& services);

namespace {

using namespace tests;
using http::Method;

constexpr std::string_view kContact = R"("contact":{"email":"ada@example.com"},)";

struct PhoneShop : HistoryShop {
    PhoneShop() : HistoryShop(&add_routes) { send({mug()}); }

    static void add_routes(http::Routes& routes, Services& services) {
        add_import_routes(routes, services);
        add_place_order_routes(routes, services);
    }
    OrderId order = OrderId::derive({"order", "external", "till", "7"});

    Call placing(std::string_view who, std::string query = {}) {
        return {Method::kPost, "/api/v1/admin/orders",
                R"({"external":{"system":"till","id":"7"},"currency":"EUR",)" + std::string(who) +
                    R"("lines":[{"sku":"MUG","quantity":1}]})",
                std::move(query)};
    }
    int place(std::string_view who, std::string query = {}) {
        return call_together({placing(who, std::move(query))}).front().status;
    }
    CustomerId registered() {
        const auto answer =
            call(Method::kPost, "/api/v1/admin/customers", R"({"contact":{"name":"Ada"}})");
        REQUIRE(answer.status == 201);
        return *CustomerId::parse(
            answer.header("Location").substr(sizeof("/api/v1/admin/customers")));
    }
    // With which the buyer is sealed in all tries of the order.
    std::set<std::string> keys_of_tries() const {
        std::set<std::string> keys;
        for (const RecordedEvent& event : recorded())
            if (const auto* started = event.data.get_if<checkout::Started>())
                keys.insert(started->party.personal.key);
        return keys;
    }
    bool order_has_all_keys() {
        const auto keys = state<order::State>(order).personal_keys();
        return keys_of_tries() == std::set<std::string>(keys.begin(), keys.end());
    }
};

TEST_CASE("a guest's order that failed and is placed again has one key for all its tries") {
    PhoneShop shop;
    CHECK(shop.place(kContact) == 409);
    shop.send({receipt_of("R1", 1)});
    SECTION("with the same contact") {
        CHECK(shop.place(kContact) == 201);
    }
    SECTION("with nothing that is known of them any more") {
        CHECK(shop.place({}) == 201);
    }
    CHECK(shop.keys_of_tries().size() == 1);
    CHECK(shop.order_has_all_keys());
}

TEST_CASE("what a guest said in a try that failed is erased with the customer it is sold to") {
    PhoneShop shop;
    CHECK(shop.place(kContact) == 409);
    shop.send({receipt_of("R1", 1)});
    const CustomerId customer = shop.registered();
    const std::string theirs =
        R"("customer_id":")" + customer.to_string() + "\"," + std::string(kContact);
    CHECK(shop.place(theirs, "dry_run=1") == 200);
    CHECK(shop.state<customer::State>(customer).orders.empty());
    CHECK(shop.place(theirs) == 201);
    CHECK(shop.state<order::State>(shop.order).customer_id == customer);
    CHECK(shop.order_has_all_keys());
    const auto keys = shop.state<customer::State>(customer).all_keys();
    for (const std::string& key : shop.keys_of_tries())
        CHECK(std::ranges::find(keys, key) != keys.end());
}

TEST_CASE("a guest's order that was placed is nobody's who calls again") {
    PhoneShop shop;
    shop.send({receipt_of("R1", 1)});
    CHECK(shop.place(kContact) == 201);
    const CustomerId customer = shop.registered();
    CHECK(shop.place(R"("customer_id":")" + customer.to_string() + "\",") == 200);
    CHECK(shop.state<customer::State>(customer).orders.empty());
}

}  // namespace
}  // namespace shop::api
