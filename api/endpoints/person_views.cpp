#include "api/endpoints/person_views.hpp"

#include "events/keys/personal.hpp"

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

}  // namespace shop::api
