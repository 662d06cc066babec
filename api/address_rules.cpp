#include "api/address_rules.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace shop::api {
namespace {

constexpr std::size_t kEmailMax = 254;
constexpr std::size_t kLocalPartMax = 64;
constexpr std::size_t kLabelMax = 63;

constexpr std::array kRules = {
    AddressRule{"AT", "NNNN"},
    AddressRule{"AU", "NNNN", true},
    AddressRule{"BE", "NNNN"},
    AddressRule{"BG", "NNNN"},
    AddressRule{"BR", "NNNNN-NNN", true},
    AddressRule{"CA", "ANA NAN", true},
    AddressRule{"CH", "NNNN"},
    AddressRule{"CY", "NNNN"},
    AddressRule{"CZ", "NNN NN"},
    AddressRule{"DE", "NNNNN"},
    AddressRule{"DK", "NNNN"},
    AddressRule{"EE", "NNNNN"},
    AddressRule{"ES", "NNNNN"},
    AddressRule{"FI", "NNNNN"},
    AddressRule{"FR", "NNNNN"},
    AddressRule{"GB", "AN NAA|ANN NAA|AAN NAA|AANN NAA|ANA NAA|AANA NAA|AAA NAA"},
    AddressRule{"GR", "NNN NN"},
    AddressRule{"HR", "NNNNN"},
    AddressRule{"HU", "NNNN"},
    AddressRule{"IE", "A?? ????"},
    AddressRule{"IN", "NNNNNN", true},
    AddressRule{"IS", "NNN"},
    AddressRule{"IT", "NNNNN"},
    AddressRule{"JP", "NNN-NNNN", true},
    AddressRule{"KR", "NNNNN"},
    AddressRule{"KW", "NNNNN"},
    AddressRule{"LI", "NNNN"},
    AddressRule{"LT", "NNNNN"},
    AddressRule{"LU", "NNNN"},
    AddressRule{"LV", "NNNN"},
    AddressRule{"MC", "NNNNN"},
    AddressRule{"MT", "AAA NNNN"},
    AddressRule{"MX", "NNNNN", true},
    AddressRule{"NL", "NNNN AA"},
    AddressRule{"NO", "NNNN"},
    AddressRule{"NZ", "NNNN"},
    AddressRule{"PL", "NN-NNN"},
    AddressRule{"PT", "NNNN-NNN"},
    AddressRule{"RO", "NNNNNN"},
    AddressRule{"SE", "NNN NN"},
    AddressRule{"SG", "NNNNNN"},
    AddressRule{"SI", "NNNN"},
    AddressRule{"SK", "NNN NN"},
    AddressRule{"TR", "NNNNN"},
    AddressRule{"US", "NNNNN|NNNNN-NNNN", true},
    AddressRule{"ZA", "NNNN"},
};

// ISO 3166-1, officially assigned codes.
constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW";

constexpr AddressRule kAnyCountry{"", "", false};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool fits(char c, char format) {
    return (is_digit(c) && format != 'A') || (is_letter(c) && format != 'N');
}

// `code` in the form of `format` if its letters and digits fit, else empty. Separators may be
// missing or others.
std::string fitted(std::string_view code, std::string_view format) {
    std::string out;
    std::size_t at = 0;
    const auto skip_separators = [&] {
        while (at < code.size() && (code[at] == ' ' || code[at] == '-')) ++at;
    };
    for (const char f : format) {
        if (f != 'N' && f != 'A' && f != '?') {
            out += f;
            continue;
        }
        skip_separators();
        if (at == code.size()) return {};
        const char c = upper(code[at++]);
        if (!fits(c, f)) return {};
        out += c;
    }
    skip_separators();
    return at == code.size() ? out : std::string();
}

std::string fitted_to_any(std::string_view code, std::string_view formats) {
    while (!formats.empty()) {
        const std::size_t end = std::min(formats.find('|'), formats.size());
        std::string out = fitted(code, formats.substr(0, end));
        if (!out.empty()) return out;
        formats.remove_prefix(std::min(end + 1, formats.size()));
    }
    return {};
}

bool is_blank(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t'; });
}

bool is_local_part(std::string_view local) {
    constexpr std::string_view kAtomSymbols = "!#$%&'*+-/=?^_`{|}~.";
    if (local.empty() || local.size() > kLocalPartMax) return false;
    if (local.front() == '.' || local.back() == '.' || local.find("..") != local.npos) return false;
    return std::ranges::all_of(local, [&](char c) {
        return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
               kAtomSymbols.find(c) != kAtomSymbols.npos;
    });
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > kLabelMax) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::ranges::all_of(label, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80;
    });
}

// At least two labels, the last of them no number.
bool is_domain(std::string_view domain) {
    std::size_t labels = 0;
    while (true) {
        const std::size_t end = std::min(domain.find('.'), domain.size());
        const std::string_view label = domain.substr(0, end);
        if (!is_label(label)) return false;
        ++labels;
        if (end == domain.size()) return labels > 1 && !std::ranges::all_of(label, is_digit);
        domain.remove_prefix(end + 1);
    }
}

}  // namespace

const AddressRule* find_address_rule(std::string_view country) {
    const auto rule = std::ranges::find(kRules, country, &AddressRule::country);
    if (rule != kRules.end()) return &*rule;
    if (country.size() != 2 || !std::ranges::all_of(country, is_letter)) return nullptr;
    return kCountries.find(country) == kCountries.npos ? nullptr : &kAnyCountry;
}

Status check_address(std::string_view country, PersonalAddress& address) {
    Error error{ErrorCode::kInvalid, "invalid-request", "The address is incomplete; see errors."};
    const auto require = [&](bool holds, std::string_view pointer, std::string_view detail) {
        if (!holds) error.fields.push_back({std::string(pointer), std::string(detail)});
    };
    const AddressRule* rule = find_address_rule(country);
    require(rule != nullptr, "/country", "is no country of ISO 3166-1");
    require(!is_blank(address.name), "/name", "is required");
    require(!address.lines.empty() && !is_blank(address.lines.front()), "/lines",
            "must have a first line");
    require(!is_blank(address.city), "/city", "is required");
    require(address.phone.empty() || is_phone(address.phone), "/phone", "is no telephone number");
    if (rule != nullptr && rule->needs_region)
        require(!is_blank(address.region), "/region", "is required in this country");
    if (rule != nullptr && !rule->postal_code.empty()) {
        std::string code = fitted_to_any(address.postal_code, rule->postal_code);
        require(!code.empty(), "/postal_code", "is no postal code of this country");
        address.postal_code = std::move(code);
    }
    if (error.fields.empty()) return {};
    return std::unexpected(std::move(error));
}

std::string postal_area_of(std::string_view postal_code) {
    const auto letters = static_cast<std::size_t>(std::ranges::find_if_not(postal_code, is_letter) -
                                                  postal_code.begin());
    return std::string(postal_code.substr(0, letters > 0 ? std::min<std::size_t>(letters, 2) : 2));
}

bool is_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == text.npos || text.size() > kEmailMax) return false;
    return is_local_part(text.substr(0, at)) && is_domain(text.substr(at + 1));
}

bool is_phone(std::string_view text) {
    const auto digits = std::ranges::count_if(text, is_digit);
    if (digits < 5 || digits > 15) return false;
    if (text.starts_with('+')) text.remove_prefix(1);
    return std::ranges::all_of(text, [](char c) {
        return is_digit(c) || std::string_view(" -().,/").find(c) != std::string_view::npos;
    });
}

}  // namespace shop::api
