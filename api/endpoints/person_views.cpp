#include "api/endpoints/person_views.hpp"

#include <utility>

#include "api/address_rules.hpp"

namespace shop::api {
namespace {

std::optional<std::string> text_or_nothing(std::string text) {
    if (text.empty()) return std::nullopt;
    return text;
}

}  // namespace

Result<std::optional<ContactView>> contact_view(const KeyStore& keys,
                                                const std::optional<sale::Party>& party) {
    if (!party || party->personal.is_empty()) return std::nullopt;
    SHOP_TRY(personal, open_party(keys, party->personal));
    return ContactView{.email = std::move(personal.email),
                       .name = text_or_nothing(std::move(personal.name)),
                       .phone = text_or_nothing(std::move(personal.phone))};
}

Result<std::optional<AddressView>> address_view(const KeyStore& keys,
                                                const std::optional<sale::Address>& address) {
    if (!address) return std::nullopt;
    SHOP_TRY(personal, open_address(keys, address->personal));
    return AddressView{.name = std::move(personal.name),
                       .lines = std::move(personal.lines),
                       .city = std::move(personal.city),
                       .region = text_or_nothing(std::move(personal.region)),
                       .postal_code = text_or_nothing(std::move(personal.postal_code)),
                       .country = address->country,
                       .phone = text_or_nothing(std::move(personal.phone))};
}

Result<PersonView> person_view(const KeyStore& keys, const Sealed& sealed) {
    SHOP_TRY(personal, open_party(keys, sealed));
    return PersonView{.name = text_or_nothing(std::move(personal.name)),
                      .email = text_or_nothing(std::move(personal.email)),
                      .phone = text_or_nothing(std::move(personal.phone)),
                      .company = text_or_nothing(std::move(personal.company)),
                      .vat_id = text_or_nothing(std::move(personal.vat_id))};
}

PersonView erased_person() {
    const std::string erased(kErased);
    return {.name = erased, .email = erased, .phone = erased, .company = {}, .vat_id = {}};
}

Result<PersonalParty> personal_of(const PersonView& person, std::string_view pointer) {
    Error error{ErrorCode::kInvalid, "invalid-request", "Some fields are wrong; see errors."};
    const std::string below(pointer);
    if (person.email && !is_email(*person.email))
        error.fields.push_back({below + "/email", "is no e-mail address"});
    if (person.phone && !is_phone(*person.phone))
        error.fields.push_back({below + "/phone", "is no telephone number"});
    if (!error.fields.empty()) return std::unexpected(std::move(error));
    return PersonalParty{.name = person.name.value_or(""),
                         .email = person.email.value_or(""),
                         .phone = person.phone.value_or(""),
                         .company = person.company.value_or(""),
                         .vat_id = person.vat_id.value_or("")};
}

sale::External external_of(const ExternalView& external) {
    return {external.system, external.id};
}

Result<PersonalAddress> personal_of(AddressView address) {
    PersonalAddress personal{.name = std::move(address.name),
                             .lines = std::move(address.lines),
                             .city = std::move(address.city),
                             .region = address.region.value_or(""),
                             .postal_code = address.postal_code.value_or(""),
                             .phone = address.phone.value_or("")};
    SHOP_TRY_STATUS(check_address(address.country, personal));
    return personal;
}

}  // namespace shop::api
