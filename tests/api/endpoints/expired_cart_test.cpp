// Carts whose time is over, with the engine's own store and real keys.
#include <fstream>

#include "tests/api/endpoints/cart_shop.hpp"

namespace shop::api {

void add_checkout_routes(http::Routes& routes, Services& services);

namespace {

using namespace tests;
using http::Method;

TEST_CASE("who left a cart is unreadable once its time is over, and is listed for backups") {
    CartShop shop;
    for (const std::string_view what : {"contact", "shipping-address"})
        CHECK(shop.call_together({shop.put(what)}).front().status == 200);
    const auto said = shop.state<cart::State>(shop.cart);
    shop.pass(seconds(5));
    shop.pass(cart::kLife - minutes(1));
    CHECK(shop.services().keys.open(said.contact->personal));
    shop.pass(hours(3));
    CHECK(shop.state<cart::State>(shop.cart).status == cart::Status::kExpired);
    CHECK_FALSE(shop.services().keys.open(said.contact->personal));
    CHECK_FALSE(shop.services().keys.open(said.shipping_address->personal));
    const auto lists = expired_lists(shop.services().erasures.list());
    REQUIRE(lists.size() == 1);
    const auto listed = read_erasures(lists[0]);
    REQUIRE(listed);
    REQUIRE(listed->size() == 1);
    CHECK(listed->front().keys == std::vector{said.contact->personal.key});
    CHECK(listed->front().customer.is_empty());

    const std::string shown = shop.call_together({shop.of_cart(Method::kGet, "")}).front().body;
    CHECK(shown.find("\"[erased]\"") != std::string::npos);
    CHECK(shown.find("ada@example.com") == std::string::npos);
    CHECK(shop.call_together({shop.put("contact")}).front().problem == "cart-expired");
}

void change_byte(const std::filesystem::path& file, std::uint64_t offset) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(offset));
    const char was = static_cast<char>(bytes.get());
    bytes.seekp(static_cast<std::streamoff>(offset));
    bytes.put(static_cast<char>(was ^ 1));
}

TEST_CASE("a cart with a damaged key expires, and so do all others") {
    CartShop shop;
    std::vector<std::pair<CartId, Sealed>> said;
    for (int i = 0; i < 5; ++i) {
        if (i > 0) shop.cart = shop.made();
        REQUIRE(shop.call_together({shop.put("contact")}).front().status == 200);
        said.emplace_back(shop.cart, shop.state<cart::State>(shop.cart).contact->personal);
    }
    const std::uint64_t place = std::stoull(said[2].second.key) * 64;
    const std::uint64_t byte = GENERATE(0U, 20U);  // of the tag, and of the key itself
    change_byte(shop.services().data / "keys" / "keys", place + byte);
    shop.pass(seconds(5));
    shop.pass(cart::kLife + hours(2));
    for (const auto& [cart, contact] : said) {
        CHECK(shop.state<cart::State>(cart).status == cart::Status::kExpired);
        CHECK_FALSE(shop.services().keys.open(contact));
    }
    const std::uint64_t left = byte == 0 ? 1 : 0;
    CHECK(shop.services().metrics.counter("shopverse_damaged_keys_total", "").value() == left);
    CHECK(shop.services().keys.not_destroyed(std::vector{said[2].second.key}).size() == left);
}

void add_buying(http::Routes& routes, Services& services) {
    add_cart_routes(routes, services);
    add_checkout_routes(routes, services);
}

TEST_CASE("a cart that is open though its buyer's key is gone is not sold, and says what to do") {
    CartShop shop(&add_buying);
    for (const std::string_view what : {"contact", "shipping-address"})
        CHECK(shop.call_together({shop.put(what)}).front().status == 200);
    const auto asked_to_buy = [&] {
        MemoryShop::Call call = shop.of_cart(Method::kPost, "/checkout", "{}");
        call.key = "\"0123456789012345678901\"";
        return std::move(shop.call_together({call}).front());
    };
    // Control: what the cart says of its buyer is no objection.
    CHECK(asked_to_buy().body.find("the cart is empty") != std::string::npos);
    const auto contact = shop.state<cart::State>(shop.cart).contact->personal;
    REQUIRE(shop.services().keys.destroy(contact.key));
    const http::Response refused = asked_to_buy();
    CHECK(refused.status == 409);
    CHECK(refused.problem == "cart-expired");
    CHECK(refused.body.find("Start a new cart") != std::string::npos);
    CHECK(shop.call_together({shop.put("contact")}).front().problem == "cart-expired");
    CHECK(shop.state<cart::State>(shop.cart).status == cart::Status::kOpen);
}

}  // namespace
}  // namespace shop::api
