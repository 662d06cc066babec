// Calls about a cart at the same moment.
#include <algorithm>
#include <set>

#include "tests/api/endpoints/cart_shop.hpp"

namespace shop::api {
namespace {

using tests::CartShop;

constexpr std::string_view kContact = "contact";
constexpr std::string_view kShipping = "shipping-address";
constexpr std::string_view kBilling = "billing-address";

// With which all that was ever said in carts is sealed.
std::set<std::string> keys_in(const CartShop& shop) {
    std::set<std::string> keys;
    for (const RecordedEvent& event : shop.recorded()) {
        if (const auto* set = event.data.get_if<cart::ContactSet>())
            keys.insert(set->party.personal.key);
        if (const auto* set = event.data.get_if<cart::ShippingAddressSet>())
            keys.insert(set->address.personal.key);
        if (const auto* set = event.data.get_if<cart::BillingAddressSet>())
            keys.insert(set->address.personal.key);
    }
    return keys;
}

// Each call has sealed with a key of its own by the time the first is decided.
TEST_CASE("what is said in a cart by several calls at once is sealed with one key") {
    const std::vector<std::vector<std::string_view>> all = {
        {kContact, kContact}, {kContact, kShipping}, {kShipping, kBilling, kContact}};
    for (const auto& said : all) {
        CartShop shop;
        std::vector<CartShop::Call> calls;
        for (const std::string_view what : said) calls.push_back(shop.put(what));
        for (const auto& answer : shop.call_crossing(calls)) CHECK(answer.status == 200);
        CHECK(std::ranges::count_if(shop.recorded(), [](const RecordedEvent& event) {
                  return event.stream.kind == StreamKind::kCart;
              }) == std::ssize(said) + 1);
        CHECK(keys_in(shop).size() == 1);
        CHECK(shop.call_together({shop.put(kShipping)}).front().status == 200);
        CHECK(keys_in(shop).size() == 1);
        const auto state = shop.state<cart::State>(shop.cart);
        if (state.contact) CHECK(shop.services().keys.open(state.contact->personal));
        CHECK(shop.services().keys.open(state.shipping_address->personal));
    }
}

}  // namespace
}  // namespace shop::api
