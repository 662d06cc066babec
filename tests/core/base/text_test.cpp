// Checks on text from outside (core/base/text).
#include "core/base/text.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace shop {
namespace {

TEST_CASE("clean text has no control character of any kind, and loses nothing") {
    for (const char* clean : {"", "tea", "two\nlines\tand\r\n", "\u00a0", "é", "\u0390", "日本語",
                              "\u20ac 5", "\U0001f375"})
        CHECK(is_clean_text(clean));
    for (const char* dirty : {"\x01", "a\x7f", "\u0080", "A\u0085B", "\u009a6", "\u009f"})
        CHECK_FALSE(is_clean_text(dirty));
    CHECK_FALSE(is_clean_text(std::string_view("\0", 1)));
    CHECK_FALSE(is_clean_text("\xc2"));
    CHECK_FALSE(is_clean_text("\xff"));
}

TEST_CASE("a byte of a longer letter is no control character") {
    CHECK(is_clean_text("\xe2\x82\xac"));  // U+20AC has the byte 0x82
    CHECK(is_clean_text("\xc3\x82\x41"));  // U+00C2, then a letter
    CHECK_FALSE(is_clean_text("\xc3\x82\xc2\x82"));
}

TEST_CASE("letters of ASCII lose their case, and nothing else does") {
    CHECK(ascii_lower("A-Z [\\]^_` a{|}z \u00c9") == "a-z [\\]^_` a{|}z \u00c9");
    CHECK(equals_ignoring_case("BeArer ", "bearer "));
    CHECK_FALSE(equals_ignoring_case("bearer", "bearer "));
    CHECK_FALSE(equals_ignoring_case("@EARER", "`earer"));
}

}  // namespace
}  // namespace shop
