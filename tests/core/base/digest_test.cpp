#include "core/base/digest.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace shop {
namespace {

// FIPS 180-4's examples, and test cases 2, 4 and 6 of RFC 4231.
TEST_CASE("SHA-256 and HMAC-SHA-256 are those of the standards") {
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(hmac_sha256_of_bytes("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    std::string counting;
    for (char c = 1; c <= 25; ++c) counting.push_back(c);
    CHECK(to_hex(hmac_sha256_of_bytes(counting, std::string(50, '\xcd'))) ==
          "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    CHECK(to_hex(hmac_sha256_of_bytes(std::string(131, '\xaa'),
                                      "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("where one part ends and the next begins counts in a hash of parts") {
    CHECK(sha256_of_parts({"ab", "c"}) != sha256_of_parts({"a", "bc"}));
    CHECK(hmac_sha256("key", {"ab", "c"}) != hmac_sha256("key", {"a", "bc"}));
    CHECK(hmac_sha256("key", {"ab"}) != hmac_sha256("another", {"ab"}));
    using std::string_literals::operator""s;
    CHECK(sha256_of_parts({"ab", "c"}) == sha256("\x02\0\0\0ab\x01\0\0\0c"s));
}

TEST_CASE("random bytes are as many as asked for, and never the same again") {
    std::set<std::string> drawn;
    for (int i = 0; i < 1'000; ++i)
        for (const std::size_t count : {16U, 32U, 64U, 100U}) {
            const std::string bytes = random_bytes(count);
            REQUIRE(bytes.size() == count);
            CHECK(drawn.insert(bytes).second);
        }
}

}  // namespace
}  // namespace shop
