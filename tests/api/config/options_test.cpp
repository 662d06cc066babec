// Flags, variables and defaults of the commands.
#include <catch2/catch.hpp>
#include <map>

#include "api/config/settings.hpp"
#include "core/checkout/checkout.hpp"
#include "core/stock/stock.hpp"

namespace shop {
namespace {

using api::Settings;

Result<Settings> read(std::vector<std::string_view> words,
                      std::map<std::string, std::string> variables = {}) {
    return api::read_options<Settings>(words, [&](const std::string& name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

TEST_CASE("a flag goes before the variable, that before the default") {
    CHECK(read({})->port == 8080);
    CHECK(read({}, {{"SHOPVERSE_PORT", "81"}})->port == 81);
    CHECK(read({"--port", "82"}, {{"SHOPVERSE_PORT", "81"}})->port == 82);
    CHECK(read({"--port=83"})->port == 83);
    CHECK(read({"--data=--odd"})->data == "--odd");
    CHECK(read({"--no-page-cache"})->no_page_cache);
    CHECK(read({"--access-log", "all"})->access_log == api::AccessLog::kAll);
}

TEST_CASE("what cannot be understood is wrong use") {
    for (const auto& words : std::vector<std::vector<std::string_view>>{{"--prot", "1"},
                                                                        {"--port"},
                                                                        {"--data", "--verbose"},
                                                                        {"--port", "x"},
                                                                        {"--port", "1x"},
                                                                        {"extra"},
                                                                        {"--access-log", "some"}}) {
        const auto settings = read(words);
        REQUIRE_FALSE(settings.has_value());
        CHECK(settings.error().type == "wrong-use");
    }
    CHECK(read({}, {{"SHOPVERSE_PORT", ""}})->port == 8080);
    CHECK(read({}, {{"SHOPVERSE_PORT", "x"}}).error().message.find("SHOPVERSE_PORT") !=
          std::string::npos);
}

TEST_CASE("a setting that makes no sense is refused by one sentence") {
    const std::map<std::vector<std::string_view>, std::string> refusals = {
        {{"--data", ""}, "--data needs a value."},
        {{"--listen", "localhost"}, "--listen takes an IPv4 or IPv6 address, not \"localhost\"."},
        {{"--port", "-1"}, "--port takes a whole number from 0 to 65535, not \"-1\"."},
        {{"--port", "65536"}, "--port takes a whole number from 0 to 65535, not \"65536\"."},
        {{"--io-threads", "-3"}, "--io-threads takes a whole number from 0 to 64, not \"-3\"."},
        {{"--payment-time", "0"}, "--payment-time takes a whole number from 1 to 3000, not \"0\"."},
        {{"--backups", "copies"}, "--backups takes a folder's whole path, from /, not \"copies\"."},
        {{"--sandbox", "here"},
         "--sandbox takes an IPv4 address and a port such as 127.0.0.1:8090, not \"here\"."},
        {{"--access-log", "some"}, "--access-log takes failed|all|none, not \"some\"."},
        {{"--no-page-cache=maybe"}, "--no-page-cache takes yes or no, not \"maybe\"."}};
    for (const auto& [words, refusal] : refusals) {
        const auto settings = read(words);
        REQUIRE_FALSE(settings.has_value());
        CHECK(settings.error().type == "wrong-use");
        CHECK(settings.error().message == refusal);
    }
    for (const std::string_view number :
         {"--hot-streams=0", "--key-guesses=0", "--payment-tries=-1", "--payment-time=3001"})
        CHECK_FALSE(read({number}).has_value());
}

TEST_CASE("nobody has so long to pay that operators are told of the units that wait") {
    CHECK(seconds(read({})->payment_time) == checkout::kPaymentTime);
    CHECK(seconds(read({"--payment-time=3000"})->payment_time) < stock::kHeldLong);
}

TEST_CASE("an origin is where a browser can be sent to, without a path") {
    for (const std::string_view good : {"http://shop.local", "https://shop.local:8443",
                                        "http://127.0.0.1:80", "http://[::1]:8080"})
        CHECK(read({"--origin", good})->origin == good);
    for (const std::string_view bad :
         {"nope", "shop.local", "ftp://shop.local", "http://", "http://shop.local/", "http://a b",
          "", "http://shop.local:", "http://shop.local:0", "http://me@shop.local", "http://[::1"})
        CHECK_FALSE(read({"--origin", bad}).has_value());
}

TEST_CASE("the help names each flag, its variable and its default") {
    const std::string help = api::help_of<Settings>();
    CHECK(help.find("--io-threads N") != help.npos);
    CHECK(help.find("SHOPVERSE_IO_THREADS") != help.npos);
    CHECK(help.find("default 8080") != help.npos);
}

}  // namespace
}  // namespace shop
