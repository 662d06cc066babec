#include "events/keys/personal.hpp"

#include "core/cart/cart.hpp"
#include "core/cart/person_key.hpp"
#include "core/customer/customer.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "core/order/order.hpp"
#include "events/keys/key_store.hpp"

namespace shop {
namespace {

template <class Personal>
Result<Personal> open(const KeyStore& keys, const Sealed& sealed, const Personal& erased) {
    if (sealed.is_empty()) return Personal{};
    const auto plain = keys.open(sealed);
    if (!plain && plain.error().code == ErrorCode::kNotFound) return erased;
    if (!plain) return std::unexpected(plain.error());
    auto personal = json::from_json<Personal>(*plain, json::Missing::kIsDefault);
    if (!personal) personal.error().code = ErrorCode::kCorrupt;
    return personal;
}

// With a fresh key if the person has none, or it was destroyed.
Result<Sealed> seal_text(const std::string& person, KeyStore& keys, std::string_view plain) {
    if (!person.empty()) {
        auto sealed = keys.seal(person, plain);
        if (sealed || sealed.error().code != ErrorCode::kNotFound) return sealed;
    }
    SHOP_TRY(key, keys.new_key());
    return keys.seal(key, plain);
}

std::unexpected<Error> expired_cart() {
    return fail(ErrorCode::kConflict, "cart-expired",
                "The cart was left for too long, and what it said of its buyer cannot be read any "
                "more. Start a new cart, and give contact and addresses again.");
}

// A fresh key would not open what else is in the cart.
Result<Sealed> seal_in(const cart::State& cart, KeyStore& keys, std::string_view plain) {
    const std::string key = cart::person_key_of(cart);
    if (key.empty()) return seal_text(key, keys, plain);
    auto sealed = keys.seal(key, plain);
    if (!sealed && sealed.error().code == ErrorCode::kNotFound) return expired_cart();
    return sealed;
}

std::unexpected<Error> erased_customer() {
    return fail(ErrorCode::kConflict, "customer-erased",
                "This customer was erased. Register them anew.");
}

Result<Sealed> seal_with_key(const std::string& key, KeyStore& keys, std::string_view plain) {
    auto sealed = keys.seal(key, plain);
    if (!sealed && sealed.error().code == ErrorCode::kNotFound) return erased_customer();
    return sealed;
}

}  // namespace

Result<Sealed> seal_for(const cart::State& cart, KeyStore& keys, const PersonalParty& party) {
    return seal_in(cart, keys, json::to_json(party, json::Defaults::kOmit));
}

Result<Sealed> seal_for(const cart::State& cart, KeyStore& keys, const PersonalAddress& address) {
    return seal_in(cart, keys, json::to_json(address, json::Defaults::kOmit));
}

Status require_readable(const cart::State& cart, const KeyStore& keys) {
    std::vector<const Sealed*> all;
    if (cart.contact) all.push_back(&cart.contact->personal);
    for (const auto* address : {&cart.shipping_address, &cart.billing_address})
        if (*address) all.push_back(&(*address)->personal);
    for (const Sealed* sealed : all) {
        if (sealed->is_empty()) continue;
        const auto plain = keys.open(*sealed);
        if (plain) continue;
        if (plain.error().code == ErrorCode::kNotFound) return expired_cart();
        return std::unexpected(plain.error());
    }
    return {};
}

Result<Sealed> seal_for(const order::State& order, KeyStore& keys, const PersonalNote& note) {
    const std::vector<std::string> known = order.own_keys();
    // The last one: where the buyer's is gone, that of the notes since.
    return seal_text(known.empty() ? std::string() : known.back(), keys,
                     json::to_json(note, json::Defaults::kOmit));
}

Result<std::string> key_of(const customer::State& customer) {
    if (customer.profile.personal.is_empty()) return erased_customer();
    return customer.profile.personal.key;
}

Result<Sealed> seal_with(const std::string& key, KeyStore& keys, const PersonalParty& party) {
    return seal_with_key(key, keys, json::to_json(party, json::Defaults::kOmit));
}

Result<Sealed> seal_with(const std::string& key, KeyStore& keys, const PersonalAddress& address) {
    return seal_with_key(key, keys, json::to_json(address, json::Defaults::kOmit));
}

Result<Sealed> seal_with(const std::string& key, KeyStore& keys, const PersonalNote& note) {
    return seal_with_key(key, keys, json::to_json(note, json::Defaults::kOmit));
}

Result<PersonalParty> open_party(const KeyStore& keys, const Sealed& sealed) {
    const std::string erased(kErased);
    return open(keys, sealed, PersonalParty{.name = erased, .email = erased, .phone = erased});
}

Result<PersonalAddress> open_address(const KeyStore& keys, const Sealed& sealed) {
    const std::string erased(kErased);
    return open(
        keys, sealed,
        PersonalAddress{.name = erased, .lines = {erased}, .city = erased, .postal_code = erased});
}

Result<PersonalNote> open_note(const KeyStore& keys, const Sealed& sealed) {
    return open(keys, sealed, PersonalNote{std::string(kErased)});
}

}  // namespace shop
