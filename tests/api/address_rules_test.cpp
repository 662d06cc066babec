// Addresses, e-mail addresses and telephone numbers as shoppers write them (api/address_rules).
#include <catch2/catch.hpp>

#include "api/address_rules.hpp"

namespace shop::api {
namespace {

PersonalAddress address_with(std::string postal_code, std::string region = "") {
    return {.name = "Ada Lovelace",
            .lines = {"12 St James's Square"},
            .city = "London",
            .region = std::move(region),
            .postal_code = std::move(postal_code)};
}

// The postal code as it is kept, or "refused".
std::string kept(std::string_view country, std::string code) {
    PersonalAddress address = address_with(std::move(code), "somewhere");
    return check_address(country, address) ? address.postal_code : "refused";
}

std::vector<std::string> wrong_fields(std::string_view country, PersonalAddress address) {
    std::vector<std::string> pointers;
    if (const auto checked = check_address(country, address); !checked)
        for (const FieldError& field : checked.error().fields) pointers.push_back(field.pointer);
    return pointers;
}

TEST_CASE("a postal code is taken in any spelling and kept in the usual one") {
    struct Case {
        const char* country;
        const char* written;
        const char* kept;
    };
    const auto c = GENERATE(values<Case>({
        {"GB", "n19gu", "N1 9GU"},         {"GB", "SW1A 1AA", "SW1A 1AA"},
        {"GB", " ec1a-1bb ", "EC1A 1BB"},  {"GB", "12345", "refused"},
        {"GB", "N1 9G", "refused"},        {"GB", "", "refused"},
        {"DE", "10115", "10115"},          {"DE", "1011", "refused"},
        {"DE", "D-10115", "refused"},      {"NL", "1012ab", "1012 AB"},
        {"PL", "00950", "00-950"},         {"PT", "1000-001", "1000-001"},
        {"SE", "11455", "114 55"},         {"CA", "k1a0b1", "K1A 0B1"},
        {"JP", "1000001", "100-0001"},     {"IE", "d02x285", "D02 X285"},
        {"IE", "D6W XY00", "D6W XY00"},    {"US", "94103", "94103"},
        {"US", "941031234", "94103-1234"}, {"US", "9410", "refused"},
        {"MT", "vlt1117", "VLT 1117"},     {"HK", "", ""},
        {"AE", "anything", "anything"},
    }));
    INFO(c.country << " " << c.written);
    CHECK(kept(c.country, c.written) == c.kept);
}

TEST_CASE("an address names each field that is missing") {
    using Fields = std::vector<std::string>;
    CHECK(wrong_fields("GB", address_with("N1 9GU")) == Fields{});
    CHECK(wrong_fields("GB", {}) == Fields{"/name", "/lines", "/city", "/postal_code"});
    CHECK(wrong_fields("US", address_with("94103")) == Fields{"/region"});
    CHECK(wrong_fields("US", address_with("94103", "CA")) == Fields{});
    CHECK(wrong_fields("XX", address_with("1")) == Fields{"/country"});
    CHECK(wrong_fields("gb", address_with("N1 9GU")) == Fields{"/country"});
    PersonalAddress blank = address_with("N1 9GU");
    blank.lines = {"  "};
    blank.phone = "call me";
    CHECK(wrong_fields("GB", blank) == Fields{"/lines", "/phone"});
}

TEST_CASE("only the coarse part of a postal code is a plain fact") {
    CHECK(postal_area_of("N1 9GU") == "N");
    CHECK(postal_area_of("SW1A 1AA") == "SW");
    CHECK(postal_area_of("10115") == "10");
    CHECK(postal_area_of("K1A 0B1") == "K");
    CHECK(postal_area_of("VLT 1117") == "VL");
    CHECK(postal_area_of("") == "");
}

TEST_CASE("an e-mail address is known by its syntax") {
    for (const char* good : {"ada@example.com", "a.b+c@x.co.uk", "o'neil@example.org",
                             "käthe@bücher.example", "a@b-c.example", "1@2.example"})
        CHECK(is_email(good));
    for (const char* bad :
         {"", "ada", "@example.com", "ada@", "ada@localhost", "ada@example.1", "a b@example.com",
          ".a@example.com", "a.@example.com", "a..b@example.com", "a@-b.example", "a@b-.example",
          "a@b..example", "a@b.example.", "a@@b.example", "a,b@example.com", "<a@example.com>"})
        CHECK_FALSE(is_email(bad));
    CHECK_FALSE(is_email(std::string(65, 'a') + "@example.com"));
    CHECK_FALSE(is_email("a@" + std::string(64, 'b') + ".example"));
    CHECK_FALSE(is_email(std::string(64, 'a') + "@" + std::string(63, 'b') + "." +
                         std::string(63, 'c') + "." + std::string(63, 'd') + ".example"));
}

TEST_CASE("a telephone number has digits and the usual separators") {
    for (const char* good : {"+44 20 7946 0000", "(020) 7946-0000", "12345", "0151/23.45.67"})
        CHECK(is_phone(good));
    for (const char* bad :
         {"", "1234", "call me", "+44 20 7946 0000 ext 5", "1234567890123456", "++12345"})
        CHECK_FALSE(is_phone(bad));
}

}  // namespace
}  // namespace shop::api
