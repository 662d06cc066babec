// An order of staff that failed and is placed once more.
#include <vector>

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
    static std::string text_of(const CustomerId& customer) {
        return R"("customer_id":")" + customer.to_string() + "\"," + std::string(kContact);
    }
    void goods_arrive() { send({receipt_of("R1", 1)}); }
    void assign_to(const CustomerId& customer) {
        const std::string path = "/api/v1/admin/orders/" + order.to_string() + "/customer";
        const std::string body = R"({"customer_id":")" + customer.to_string() + R"("})";
        CHECK(call(Method::kPost, path, body).status == 200);
    }
    // What is destroyed when they are erased (api/endpoints/admin_customers.cpp).
    void erase(const CustomerId& customer) {
        for (const std::string& key : state<customer::State>(customer).all_keys())
            REQUIRE(services().keys.destroy(key));
    }

    void note(const std::string& text) {
        const std::string path = "/api/v1/admin/orders/" + order.to_string() + "/notes";
        CHECK(call(Method::kPost, path, R"({"text":")" + text + R"("})").status == 201);
    }
    bool note_is_readable() {
        for (const RecordedEvent& event : recorded())
            if (const auto* added = event.data.get_if<order::NoteAdded>())
                return services().keys.open(added->text).has_value();
        FAIL("there is no note");
        return false;
    }

    // What was said of the buyer in each try.
    std::vector<Sealed> said() const {
        std::vector<Sealed> all;
        for (const RecordedEvent& event : recorded())
            if (const auto* started = event.data.get_if<checkout::Started>())
                all.push_back(started->party.personal);
        return all;
    }
    // Of each try whether it can be read.
    std::vector<bool> readable() {
        std::vector<bool> all;
        for (const Sealed& sealed : said()) all.push_back(services().keys.open(sealed).has_value());
        return all;
    }
};

using Readable = std::vector<bool>;

TEST_CASE("what a guest said in all tries of an order is erased with whom it is assigned to") {
    PhoneShop shop;
    CHECK(shop.place(kContact) == 409);
    CHECK(shop.place(kContact) == 409);
    shop.goods_arrive();
    CHECK(shop.place(kContact) == 201);
    const CustomerId ada = shop.registered();
    shop.assign_to(ada);
    CHECK(shop.readable() == Readable{true, true, true});
    shop.erase(ada);
    CHECK(shop.readable() == Readable{false, false, false});
}

TEST_CASE("what a guest said in a try that failed is erased with whom the order is sold to") {
    PhoneShop shop;
    CHECK(shop.place(kContact) == 409);
    shop.goods_arrive();
    const CustomerId ada = shop.registered();
    CHECK(shop.place(PhoneShop::text_of(ada), "dry_run=1") == 200);
    CHECK(shop.state<customer::State>(ada).orders.empty());
    CHECK(shop.place(PhoneShop::text_of(ada)) == 201);
    CHECK(shop.state<order::State>(shop.order).customer_id == ada);
    CHECK(shop.readable() == Readable{true, true});
    shop.erase(ada);
    CHECK(shop.readable() == Readable{false, false});
}

// A guest's try, Ada's, and the one of whoever gets it, in whose order a note is written.
struct SoldToEve : PhoneShop {
    CustomerId ada = registered();
    CustomerId eve = registered();

    SoldToEve() {
        CHECK(place(kContact) == 409);
        CHECK(place(text_of(ada)) == 409);
        goods_arrive();
    }
    void sell_to_eve() { CHECK(place(text_of(eve)) == 201); }
    void sell_to_guest() {
        CHECK(place(kContact) == 201);
        assign_to(eve);
    }
    void sell_untold() { CHECK(place(R"("customer_id":")" + eve.to_string() + "\",") == 201); }
    bool knows_contact() const { return !said().back().is_empty(); }
};

using Selling = void (SoldToEve::*)();
const std::vector<Selling> kSellings = {&SoldToEve::sell_to_eve, &SoldToEve::sell_to_guest,
                                        &SoldToEve::sell_untold};

TEST_CASE("a customer for whom an order was only tried takes nothing of its buyer along") {
    for (const Selling sell : kSellings) {
        SoldToEve shop;
        (shop.*sell)();
        shop.note("Eve called");
        CHECK(shop.readable() == Readable{true, true, shop.knows_contact()});
        shop.erase(shop.ada);
        CHECK(shop.readable() == Readable{false, false, shop.knows_contact()});
        CHECK(shop.note_is_readable());
    }
}

TEST_CASE("the buyer takes along what guests said before, and nothing of whom it was tried for") {
    for (const Selling sell : kSellings) {
        SoldToEve shop;
        (shop.*sell)();
        shop.note("Eve called");
        shop.erase(shop.eve);
        CHECK(shop.readable() == Readable{false, true, false});
        CHECK_FALSE(shop.note_is_readable());
    }
}

TEST_CASE("a guest's order that was placed is nobody's who calls again") {
    PhoneShop shop;
    shop.goods_arrive();
    CHECK(shop.place(kContact) == 201);
    const CustomerId ada = shop.registered();
    CHECK(shop.place(PhoneShop::text_of(ada)) == 200);
    CHECK(shop.state<customer::State>(ada).orders.empty());
}

TEST_CASE("what a guest said in an order that was never sold is unreadable after 30 days") {
    PhoneShop shop;
    CHECK(shop.place(kContact) == 409);
    shop.pass(seconds(5));
    shop.pass(checkout::kGuestsKept - minutes(1));
    CHECK(shop.readable() == Readable{true});
    shop.pass(hours(3));
    CHECK(shop.readable() == Readable{false});
    // For whoever restores a backup that has the key still.
    const auto lists = expired_lists(shop.services().erasures.list());
    REQUIRE(lists.size() == 1);
    const auto listed = read_erasures(lists.front());
    REQUIRE(listed);
    REQUIRE(listed->size() == 1);
    CHECK(listed->front().keys == std::vector{shop.said().front().key});
    CHECK(listed->front().customer.is_empty());

    SECTION("and somebody else may buy under the same number, whose it is alone") {
        shop.goods_arrive();
        const CustomerId eve = shop.registered();
        CHECK(shop.place(PhoneShop::text_of(eve)) == 201);
        CHECK(shop.state<customer::State>(eve).orders.empty());
        CHECK(shop.state<order::State>(shop.order).placed.earlier_keys.empty());
        CHECK(shop.readable() == Readable{false, true});
    }
    SECTION("and a guest may") {
        shop.goods_arrive();
        CHECK(shop.place(kContact) == 201);
        shop.pass(days(90));
        CHECK(shop.readable() == Readable{false, true});
    }
}

TEST_CASE("control: what was said of a customer in such an order stays theirs") {
    PhoneShop shop;
    CHECK(shop.place(PhoneShop::text_of(shop.registered())) == 409);
    shop.pass(seconds(5));
    shop.pass(checkout::kGuestsKept + hours(3));
    CHECK(shop.readable() == Readable{true});
}

}  // namespace
}  // namespace shop::api
