// The same command twice, as HTTP names it.
#include "api/http/idempotency.hpp"

#include <catch2/catch.hpp>

#include "events/keys/secrets.hpp"

namespace shop {
namespace {

const Secrets kSecrets{"command secret", "cart secret", "signing secret"};
constexpr std::string_view kPattern = "/carts/{id}/lines";

constexpr std::string_view kNoKey = "none";

http::Request request(std::string_view key, std::string body = "{}") {
    http::Request made;
    made.method = http::Method::kPost;
    made.path = "/carts/1/lines";
    if (key != kNoKey) made.headers = {{"idempotency-key", key}};
    made.body = std::move(body);
    made.caller.shop_token = "token of cart 1";
    return made;
}

CommandId id_of(const http::Request& of, std::string_view pattern = kPattern) {
    return http::submission_of(of, pattern, kSecrets).value().id;
}

TEST_CASE("the same key is the same command, quoted or not") {
    CHECK(id_of(request("abc")) == id_of(request("abc")));
    CHECK(id_of(request("abc")) == id_of(request("\"abc\"")));
    CHECK(id_of(request("abc")) != id_of(request("abd")));
}

TEST_CASE("a key belongs to its caller, method, route and target") {
    const CommandId own = id_of(request("abc"));
    http::Request other = request("abc");
    other.caller.shop_token = "token of cart 2";
    CHECK(id_of(other) != own);
    other = request("abc");
    other.method = http::Method::kDelete;
    CHECK(id_of(other) != own);
    other = request("abc");
    other.path = "/carts/2/lines";
    CHECK(id_of(other) != own);
    CHECK(id_of(request("abc"), "/other") != own);
}

TEST_CASE("another body under the same key has another fingerprint") {
    const auto print = [](const http::Request& of) {
        return http::submission_of(of, kPattern, kSecrets).value().fingerprint;
    };
    CHECK(print(request("abc", "{}")) == print(request("abc", "{}")));
    CHECK(print(request("abc", "{}")) != print(request("abc", "{ }")));
}

TEST_CASE("without a key every request is a command of its own") {
    CHECK(id_of(request(kNoKey)) != id_of(request(kNoKey)));
}

TEST_CASE("a stranger's key must be too long to guess") {
    http::Request stranger = request("short");
    stranger.caller.shop_token.clear();
    CHECK_FALSE(http::submission_of(stranger, kPattern, kSecrets));
    stranger.headers = {{"idempotency-key", "0123456789012345678901"}};
    CHECK(http::submission_of(stranger, kPattern, kSecrets));
}

TEST_CASE("a key that is no plain text is refused") {
    using namespace std::literals;
    const std::string too_long(201, 'a');
    for (const auto key :
         {""sv, "\"\""sv, "a b"sv, "caf\xc3\xa9"sv, "a\tb"sv, std::string_view(too_long)})
        CHECK_FALSE(http::submission_of(request(key), kPattern, kSecrets));
}

}  // namespace
}  // namespace shop
