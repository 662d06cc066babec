#include "events/keys/secrets.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "events/keys/private_file.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop {
namespace {

namespace fs = std::filesystem;

struct Fixture {
    tests::TempFolder folder;
    fs::path data = folder.path / "data";
    fs::path signing = data / "secrets" / "signing";
};

TEST_CASE("the first start makes the secrets, and later ones find the same") {
    const Fixture shop;
    const auto first = load_secrets(shop.data, IfMissing::kMake);
    REQUIRE(first.has_value());
    CHECK(first->command_ids.size() == 43);
    CHECK(first->command_ids != first->cart_tokens);
    CHECK(first->cart_tokens != first->signing);
    const auto second = load_secrets(shop.data, IfMissing::kRefuse);
    REQUIRE(second.has_value());
    CHECK(second->command_ids == first->command_ids);
    CHECK(second->cart_tokens == first->cart_tokens);
    CHECK(second->signing == first->signing);
}

TEST_CASE("secrets are for their owner alone") {
    const Fixture shop;
    REQUIRE(load_secrets(shop.data, IfMissing::kMake).has_value());
    CHECK(fs::status(shop.signing).permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(fs::status(shop.signing.parent_path()).permissions() == fs::perms::owner_all);
    REQUIRE(::chmod(shop.signing.c_str(), 0640) == 0);
    const auto loaded = load_secrets(shop.data, IfMissing::kMake);
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().type == "not-private");
    CHECK(loaded.error().message.find("chmod 600") != std::string::npos);
}

TEST_CASE("a shop with a log does not invent a secret that is gone") {
    const Fixture shop;
    REQUIRE(load_secrets(shop.data, IfMissing::kMake).has_value());
    fs::remove(shop.signing);
    const auto loaded = load_secrets(shop.data, IfMissing::kRefuse);
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == ErrorCode::kCorrupt);
    CHECK(loaded.error().message.find(shop.signing.string()) != std::string::npos);
    CHECK_FALSE(fs::exists(shop.signing));
}

TEST_CASE("a damaged secret is refused, not replaced") {
    const Fixture shop;
    REQUIRE(load_secrets(shop.data, IfMissing::kMake).has_value());
    std::ofstream(shop.signing, std::ios::binary) << "short";
    CHECK(load_secrets(shop.data, IfMissing::kMake).error().type == "damaged-secret");
}

TEST_CASE("a crash while a secret is made leaves none, and the next start makes it") {
    const Fixture shop;
    REQUIRE(make_private_folder(shop.data).has_value());
    REQUIRE(make_private_folder(shop.signing.parent_path()).has_value());
    std::ofstream(shop.signing.string() + ".4711", std::ios::binary) << "half of a sec";
    const auto loaded = load_secrets(shop.data, IfMissing::kMake);
    REQUIRE(loaded.has_value());
    CHECK(loaded->signing.size() == 43);
}

TEST_CASE("two processes that make the same secret at once agree on one") {
    const Fixture shop;
    REQUIRE(make_private_folder(shop.data).has_value());
    REQUIRE(make_private(shop.data / "secret", "first").has_value());
    REQUIRE(make_private(shop.data / "secret", "second").has_value());
    CHECK(read_private(shop.data / "secret").value() == "first");
}

}  // namespace
}  // namespace shop
