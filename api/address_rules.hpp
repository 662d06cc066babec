// What an address needs, by country: one table. Sources: the required fields and postal code
// formats of the Unicode CLDR (postalCodeData, version 26) and of the Universal Postal Union's
// addressing sheets; the country codes are those of ISO 3166-1.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "events/keys/personal.hpp"

namespace shop::api {

// One country's row. `postal_code` lists the formats, separated by '|': N is a digit, A a letter,
// ? either, everything else itself. Empty: the country has none that we know, and any text is
// taken.
struct AddressRule {
    std::string_view country;
    std::string_view postal_code;
    bool needs_region = false;
};

// The row of a country, or that of one we know no rule for; nullptr if there is no such country.
const AddressRule* find_address_rule(std::string_view country);

// Checks the address against its country's rule, and brings the postal code into its usual form
// ("n19gu" → "N1 9GU"). kInvalid names each wrong field.
Status check_address(std::string_view country, PersonalAddress& address);

// The part of a postal code that is no personal fact: the letters it begins with, else its first
// two characters ("N1 9GU" → "N", "10115" → "10").
std::string postal_area_of(std::string_view postal_code);

// E-mail by syntax: RFC 5321 §4.1.2 and its limits, without quoted local parts and address
// literals; RFC 6531 characters are taken.
bool is_email(std::string_view text);

// Digits with the usual separators and an optional leading plus; 5 to 15 digits (ITU-T E.164).
bool is_phone(std::string_view text);

}  // namespace shop::api
