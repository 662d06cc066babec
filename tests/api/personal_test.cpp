// Personal data is sealed on its way into the log (events/keys/personal), tokens open carts
// (api/cart_token).
#include <catch2/catch.hpp>

#include "api/cart_token.hpp"
#include "core/cart/cart.hpp"
#include "core/checkout/checkout.hpp"
#include "core/order/order.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/personal.hpp"
#include "events/keys/secrets.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::api {
namespace {

const PersonalParty kAda{.name = "Ada Lovelace", .email = "ada@example.com", .phone = "12345"};
const PersonalAddress kHome{.name = "Ada Lovelace",
                            .lines = {"12 St James's Square"},
                            .city = "London",
                            .postal_code = "SW1Y 4JH"};

class Shop {
  public:
    KeyStore& keys() { return *keys_; }

  private:
    tests::TempFolder folder_;
    std::unique_ptr<KeyStore> keys_ = KeyStore::open(folder_.path / "keys").value();
};

TEST_CASE("what was sealed reads back, and is not readable in between") {
    Shop shop;
    const auto party = seal_for({}, shop.keys(), kAda);
    REQUIRE(party);
    CHECK(party->ciphertext.find("Ada") == std::string::npos);
    CHECK(open_party(shop.keys(), *party) == kAda);
    const auto address = seal_for({}, shop.keys(), kHome);
    REQUIRE(address);
    CHECK(open_address(shop.keys(), *address) == kHome);
    CHECK(open_party(shop.keys(), {}) == PersonalParty{});
}

TEST_CASE("everything in a cart is sealed with the key of one person") {
    Shop shop;
    cart::State cart;
    cart.contact = sale::Party{{}, seal_for(cart, shop.keys(), kAda).value()};
    CHECK(seal_for(cart, shop.keys(), kHome)->key == cart.contact->personal.key);
    cart::State other;
    other.billing_address = sale::Address{"GB", "SW", seal_for(other, shop.keys(), kHome).value()};
    CHECK(seal_for(other, shop.keys(), kAda)->key == other.billing_address->personal.key);
    CHECK(other.billing_address->personal.key != cart.contact->personal.key);
}

TEST_CASE("an erased buyer reads as erased, and their cart is for nobody else either") {
    Shop shop;
    cart::State cart;
    cart.contact = sale::Party{{}, seal_for(cart, shop.keys(), kAda).value()};
    const Sealed home = seal_for(cart, shop.keys(), kHome).value();
    const std::string key = cart.contact->personal.key;
    REQUIRE(shop.keys().destroy(key));
    CHECK(open_party(shop.keys(), cart.contact->personal)->email == kErased);
    CHECK(open_address(shop.keys(), home)->lines == std::vector<std::string>{"[erased]"});
    CHECK(seal_for(cart, shop.keys(), kAda).error().type == "cart-expired");
    CHECK(seal_for(cart, shop.keys(), kHome).error().type == "cart-expired");
}

TEST_CASE("a cart whose buyer cannot be read any more is told from one that can be sold") {
    Shop shop;
    cart::State cart;
    CHECK(require_readable(cart, shop.keys()));
    const Sealed ada = seal_for(cart, shop.keys(), kAda).value();
    const Sealed home = seal_for(cart, shop.keys(), kHome).value();  // of another key
    SECTION("contact") {
        cart.contact = sale::Party{{}, ada};
    }
    SECTION("where it goes") {
        cart.shipping_address = sale::Address{"GB", "SW", ada};
    }
    SECTION("who pays") {
        cart.billing_address = sale::Address{"GB", "SW", ada};
    }
    CHECK(require_readable(cart, shop.keys()));
    REQUIRE(shop.keys().destroy(home.key));
    CHECK(require_readable(cart, shop.keys()));
    REQUIRE(shop.keys().destroy(ada.key));
    const Status refused = require_readable(cart, shop.keys());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kConflict);
    CHECK(refused.error().type == "cart-expired");
    CHECK(refused.error().message.find("Start a new cart") != std::string::npos);
}

TEST_CASE("notes about a buyer who was erased share one new key") {
    Shop shop;
    order::State order;
    order.placed.party.personal = seal_for({}, shop.keys(), kAda).value();
    const auto note = [&] {
        const Sealed text = seal_for(order, shop.keys(), PersonalNote{"called"}).value();
        CHECK(open_note(shop.keys(), text)->text == "called");
        evolve(order, order::NoteAdded{order.notes + 1, text}, Time{});
        return text.key;
    };
    const std::string buyer = order.placed.party.personal.key;
    CHECK(note() == buyer);
    const Sealed before = seal_for(order, shop.keys(), PersonalNote{"called"}).value();
    REQUIRE(shop.keys().destroy(buyer));
    CHECK(open_note(shop.keys(), before)->text == kErased);
    const std::string fresh = note();
    CHECK(fresh != buyer);
    CHECK(note() == fresh);
}

TEST_CASE("a cart and its order are opened by the same token, others are not") {
    const Secrets secrets{.command_ids = "a", .cart_tokens = "b", .signing = "c"};
    const Secrets stranger{.command_ids = "a", .cart_tokens = "x", .signing = "c"};
    const CartId cart = CartId::derive({"a cart"});
    const CartId other = CartId::derive({"another"});
    const std::string token = token_of(secrets, cart);
    CHECK(token.size() == 43);
    CHECK(opens(secrets, cart, token));
    CHECK(opens(secrets, checkout::order_of(cart), token));
    CHECK_FALSE(opens(secrets, other, token));
    CHECK_FALSE(opens(secrets, cart, ""));
    CHECK_FALSE(opens(secrets, cart, token + "x"));
    CHECK_FALSE(opens(stranger, cart, token));
    CHECK(hash_of_token(token).size() == 64);
    CHECK(hash_of_token(token) != hash_of_token(token_of(secrets, other)));
}

}  // namespace
}  // namespace shop::api
