// Personal data on its way into the log and out of it. Sealed with one key per person
// (key_store.hpp); what is sealed is the JSON of the structs below. They are stored for
// ever: fields may be added, never renamed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "core/sale/values.hpp"

namespace shop {

class KeyStore;
namespace cart {
struct State;
}
namespace customer {
struct State;
}
namespace order {
struct State;
}

// What a field reads as once its person's key is gone.
inline constexpr std::string_view kErased = "[erased]";

struct PersonalParty {
    std::string name;
    std::string email;
    std::string phone;
    std::string company;
    std::string vat_id;
    bool operator==(const PersonalParty&) const = default;
};
SHOP_DESCRIBE(PersonalParty, name, email, phone, company, vat_id)

struct PersonalAddress {
    std::string name;
    std::vector<std::string> lines;
    std::string city;
    std::string region;
    std::string postal_code;
    std::string phone;
    bool operator==(const PersonalAddress&) const = default;
};
SHOP_DESCRIBE(PersonalAddress, name, lines, city, region, postal_code, phone)

// What staff wrote about an order; it may name persons.
struct PersonalNote {
    std::string text;
    bool operator==(const PersonalNote&) const = default;
};
SHOP_DESCRIBE(PersonalNote, text)

// Seals with the key of the person whose cart it is: the one that sealed what the cart holds
// already, or a fresh one if there is none. kConflict "cart-expired" if it was destroyed.
Result<Sealed> seal_for(const cart::State& cart, KeyStore& keys, const PersonalParty& party);
Result<Sealed> seal_for(const cart::State& cart, KeyStore& keys, const PersonalAddress& address);

// Whoever buys the cart can be written to, and be sent what they buy. kConflict "cart-expired" if
// the key was destroyed; kCorrupt.
Status require_readable(const cart::State& cart, const KeyStore& keys);

// … with the key of the order's buyer, or a fresh one, which the order keeps.
Result<Sealed> seal_for(const order::State& order, KeyStore& keys, const PersonalNote& note);

// The key of all that is personal of a customer, so that erasing them erases it. kConflict
// "customer-erased".
Result<std::string> key_of(const customer::State& customer);

// Seals with that key, or a new one. kConflict "customer-erased" if it was destroyed meanwhile.
Result<Sealed> seal_with(const std::string& key, KeyStore& keys, const PersonalParty& party);
Result<Sealed> seal_with(const std::string& key, KeyStore& keys, const PersonalAddress& address);
Result<Sealed> seal_with(const std::string& key, KeyStore& keys, const PersonalNote& note);

// With the key gone every field that is always there reads kErased. kCorrupt if what was sealed is
// damaged.
Result<PersonalParty> open_party(const KeyStore& keys, const Sealed& sealed);
Result<PersonalAddress> open_address(const KeyStore& keys, const Sealed& sealed);
Result<PersonalNote> open_note(const KeyStore& keys, const Sealed& sealed);

}  // namespace shop
