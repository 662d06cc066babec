// A cart as the API shows it (api/endpoints/cart_view).
#include <catch2/catch.hpp>

#include "api/endpoints/cart_view.hpp"
#include "core/checkout/checkout.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/personal.hpp"
#include "tests/core/cart/carts.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::api {
namespace {

using namespace tests;

class Shown {
  public:
    cart::State state;
    TestCatalog catalog = TestCatalog().sell("MUG", gbp(599));

    Shown() {
        state.currency = gbp(0).currency;
        state.changed_at = kNoon;
        state.lines = {line_of("MUG", gbp(599), 2)};
    }
    // As Ada gave it.
    void give_personal_data() {
        const PersonalParty party{.name = "Ada", .email = "ada@example.com"};
        state.contact = sale::Party{{}, seal_for(state, *keys_, party).value()};
        const PersonalAddress home{.name = "Ada",
                                   .lines = {"12 St James's Square"},
                                   .city = "London",
                                   .postal_code = "SW1Y 4JH"};
        state.shipping_address = sale::Address{"GB", "SW", seal_for(state, *keys_, home).value()};
    }
    void erase() { REQUIRE(keys_->destroy(state.contact->personal.key)); }
    CartView view() { return view_of({kCart, state, 3, kNoon}, catalog, *keys_).value(); }

  private:
    tests::TempFolder folder_;
    std::unique_ptr<KeyStore> keys_ = KeyStore::open(folder_.path / "keys").value();
};

TEST_CASE("a cart shows its lines with tax, and no secret") {
    const CartView view = Shown().view();
    CHECK(view.id == kCart);
    CHECK(view.version == 3);
    CHECK_FALSE(view.token);
    CHECK_FALSE(view.order_id);
    REQUIRE(view.lines.size() == 1);
    CHECK(view.lines[0].net == gbp(998));
    CHECK(view.lines[0].tax == gbp(200));
    CHECK(view.lines[0].gross == gbp(1198));
    CHECK(view.totals.total == gbp(1198));
    CHECK_FALSE(view.contact);
    CHECK_FALSE(view.shipping_address);
}

TEST_CASE("a shopper reads back what was given, and after an erasure nobody does") {
    Shown shown;
    shown.give_personal_data();
    CHECK(shown.view().contact->email == "ada@example.com");
    CHECK(shown.view().shipping_address->lines.at(0) == "12 St James's Square");
    shown.erase();
    const CartView erased = shown.view();
    CHECK(erased.contact->email == "[erased]");
    CHECK(erased.shipping_address->name == "[erased]");
    CHECK(erased.shipping_address->lines == std::vector<std::string>{"[erased]"});
    CHECK(erased.shipping_address->country == "GB");
    CHECK(erased.totals.total == gbp(1198));
}

TEST_CASE("a cart shows which of its lines can no longer be bought, and why") {
    Shown shown;
    CHECK_FALSE(shown.view().lines[0].unavailable);
    shown.catalog.remove_variant("MUG");
    CHECK(shown.view().lines[0].unavailable == cart::Unavailability::kRemoved);
    shown.catalog.unpublish("MUG");
    CHECK(shown.view().lines[0].unavailable == cart::Unavailability::kUnpublished);
    shown.state.status = cart::Status::kCompleted;  // it was bought
    CHECK_FALSE(shown.view().lines[0].unavailable);
}

TEST_CASE("a cart whose time is over is shown as expired, be that recorded or not") {
    Shown shown;
    CHECK(shown.view().status == cart::Status::kOpen);
    shown.state.changed_at = kNoon - cart::kLife;
    CHECK(shown.view().status == cart::Status::kExpired);
    shown.state.status = cart::Status::kCheckingOut;
    CHECK(shown.view().status == cart::Status::kCheckingOut);
}

TEST_CASE("a cart names its order once a checkout has started") {
    Shown shown;
    shown.state.status = cart::Status::kCheckingOut;
    CHECK(shown.view().order_id == checkout::order_of(kCart));
    shown.state.status = cart::Status::kCompleted;
    CHECK(shown.view().order_id == checkout::order_of(kCart));
}

TEST_CASE("a shipping option that is not offered any more is not shown") {
    Shown shown;
    shown.state.shipping = sale::ShippingChoice{"standard", "as it was", 0, gbp(1)};
    CHECK(shown.view().shipping_option->price == gbp(395));
    shown.state.shipping->option_id = "pigeon";
    CHECK_FALSE(shown.view().shipping_option);
}

}  // namespace
}  // namespace shop::api
