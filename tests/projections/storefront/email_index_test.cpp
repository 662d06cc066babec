// By which hash an order is found for its contact's e-mail address.
#include "projections/storefront/email_index.hpp"

#include <catch2/catch.hpp>

#include "core/json/encode.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/personal.hpp"
#include "projections/storefront/storefront.hpp"
#include "tests/support/shop_log.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/views.hpp"

namespace shop::projections::storefront {
namespace {

const Secrets kSecrets{.command_ids = "a", .cart_tokens = "b", .signing = "c"};

TEST_CASE("one address has one hash, however it is written, and each shop another one") {
    // echo -n email:ada@example.com | openssl dgst -sha256 -hmac c
    CHECK(email_hash(kSecrets, "ada@example.com") == "8d882eef85ba2e3d60081934d7dc958b");
    for (const char* same : {"Ada@Example.COM", " ada@example.com\n", "ADA@EXAMPLE.COM"})
        CHECK(email_hash(kSecrets, same) == email_hash(kSecrets, "ada@example.com"));
    CHECK(email_hash(kSecrets, "ada@example.org") != email_hash(kSecrets, "ada@example.com"));
    CHECK(email_hash({.command_ids = "a", .cart_tokens = "b", .signing = "d"}, "ada@example.com") !=
          email_hash(kSecrets, "ada@example.com"));
    CHECK(email_hash(kSecrets, " ") == email_hash(kSecrets, ""));
}

TEST_CASE("who was erased is found by no address") {
    tests::TempFolder folder;
    const auto keys = std::move(KeyStore::open(folder.path / "keys").value());
    const EmailIndex index(*keys, kSecrets);
    const std::string key = keys->new_key().value();
    const PersonalParty ada{.name = "Ada", .email = "ada@example.com"};
    const Sealed contact = keys->seal(key, json::to_json(ada, json::Defaults::kOmit)).value();
    CHECK(index.hash_of(contact).value() == email_hash(kSecrets, "ada@example.com"));
    CHECK(index.hash_of(Sealed{}).value().empty());
    const Sealed damaged{contact.key, contact.ciphertext.substr(4)};
    CHECK(index.hash_of(damaged).value().empty());
    REQUIRE(keys->destroy(key));
    CHECK(index.hash_of(contact).value().empty());
}

// The key is still there, as it is for a process that has not heard yet.
TEST_CASE("an order that is read behind the erasure of its buyer is found by no address",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    tests::TempFolder folder;
    const auto keys = std::move(KeyStore::open(folder.path / "keys").value());
    const Storefront storefront(EmailIndex(*keys, kSecrets));
    const int version = tests::make_version(postgres, storefront);
    tests::ShopLog log;
    tests::TestRunner runner(log.log(), postgres, version, storefront);
    const auto buy = [&](const std::string& name) {
        const PersonalParty party{.name = name, .email = name + "@example.com"};
        const std::string key = keys->new_key().value();
        order::Placed placed;
        placed.number = name;
        placed.party.personal =
            keys->seal(key, json::to_json(party, json::Defaults::kOmit)).value();
        placed.totals.total = {100, *Currency::parse("GBP")};
        const CustomerId customer = CustomerId::derive({name});
        if (name == "ada") log.add(customer, customer::Erased{{key}, {}});
        runner.catch_up();
        log.add(OrderId::derive({name}), placed);
        runner.catch_up();
    };
    buy("ada");
    buy("mary");
    CHECK(postgres.rows("SELECT email_hash FROM storefront.sale ORDER BY number") ==
          "\n" + email_hash(kSecrets, "mary@example.com") + "\n");
}

}  // namespace
}  // namespace shop::projections::storefront
