// Contacts and addresses as the API shows and takes them. Carts and orders share them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "api/http/limits.hpp"
#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "core/sale/values.hpp"
#include "events/keys/personal.hpp"

namespace shop::api {

struct ContactView {
    std::string email;
    std::optional<std::string> name;
    std::optional<std::string> phone;
    static constexpr std::string_view kSchemaName = "Contact";
    static constexpr std::array kLimits = {
        http::Limit{.member = "email", .min = 3, .max = 254, .format = "email"},
        http::Limit{.member = "name", .min = 1, .max = 200},
        http::Limit{.member = "phone", .min = 5, .max = 40},
    };
    bool operator==(const ContactView&) const = default;
};
SHOP_DESCRIBE(ContactView, email, name, phone)

// A person or company as staff knows them.
struct PersonView {
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::optional<std::string> company;
    std::optional<std::string> vat_id;
    static constexpr std::string_view kSchemaName = "Person";
    static constexpr std::array kLimits = {
        http::Limit{.member = "name", .min = 1, .max = 200},
        http::Limit{.member = "email", .min = 3, .max = 254, .format = "email"},
        http::Limit{.member = "phone", .min = 5, .max = 40},
        http::Limit{.member = "company", .min = 1, .max = 200},
        http::Limit{.member = "vat_id", .min = 1, .max = 20},
    };
    bool operator==(const PersonView&) const = default;
};
SHOP_DESCRIBE(PersonView, name, email, phone, company, vat_id)

// The id of a thing in another system.
struct ExternalView {
    std::string system;
    std::string id;
    static constexpr std::string_view kSchemaName = "ExternalId";
    static constexpr std::array kLimits = {
        http::Limit{.member = "system", .min = 1, .max = 64},
        http::Limit{.member = "id", .min = 1, .max = 64},
    };
    bool operator==(const ExternalView&) const = default;
};
SHOP_DESCRIBE(ExternalView, system, id)

struct AddressView {
    std::string name;
    std::vector<std::string> lines;
    std::string city;
    std::optional<std::string> region;
    std::optional<std::string> postal_code;  // required where the country has them
    std::string country;
    std::optional<std::string> phone;
    static constexpr std::string_view kSchemaName = "Address";
    static constexpr std::array kLimits = {
        http::Limit{.member = "name", .min = 1, .max = 200},
        http::Limit{.member = "lines", .min = 1, .max = 4},
        http::Limit{.member = "city", .min = 1, .max = 100},
        http::Limit{.member = "region", .min = 1, .max = 100},
        http::Limit{.member = "postal_code", .min = 1, .max = 16},
        http::Limit{.member = "country", .min = 2, .max = 2, .pattern = "^[A-Z]{2}$"},
        http::Limit{.member = "phone", .min = 5, .max = 40},
    };
    bool operator==(const AddressView&) const = default;
};
SHOP_DESCRIBE(AddressView, name, lines, city, region, postal_code, country, phone)

// Decrypted; "[erased]" in every field whose person's key is gone. Nothing if there is none.
Result<std::optional<ContactView>> contact_view(const KeyStore& keys,
                                                const std::optional<sale::Party>& party);
Result<std::optional<AddressView>> address_view(const KeyStore& keys,
                                                const std::optional<sale::Address>& address);

Result<PersonView> person_view(const KeyStore& keys, const Sealed& sealed);
// Somebody of whom nothing is kept any more.
PersonView erased_person();

// What callers send of a person; fields that are wrong are named below `pointer`.
Result<PersonalParty> personal_of(const PersonView& person, std::string_view pointer);
sale::External external_of(const ExternalView& external);
// What callers send of an address, checked against its country's rules, in its usual spelling.
Result<PersonalAddress> personal_of(AddressView address);

}  // namespace shop::api
