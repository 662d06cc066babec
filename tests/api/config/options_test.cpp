// Flags, variables and defaults of the commands.
#include <catch2/catch.hpp>
#include <map>

#include "api/config/settings.hpp"

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
    CHECK(read({"--no-page-cache"})->no_page_cache);
    CHECK(read({"--access-log", "all"})->access_log == api::AccessLog::kAll);
}

TEST_CASE("what cannot be understood is wrong use") {
    for (const auto& words : std::vector<std::vector<std::string_view>>{{"--prot", "1"},
                                                                        {"--port"},
                                                                        {"--port", "x"},
                                                                        {"--port", "1x"},
                                                                        {"extra"},
                                                                        {"--access-log", "some"}}) {
        const auto settings = read(words);
        REQUIRE_FALSE(settings.has_value());
        CHECK(settings.error().type == "wrong-use");
    }
    CHECK(read({}, {{"SHOPVERSE_PORT", "x"}}).error().message.find("SHOPVERSE_PORT") !=
          std::string::npos);
}

TEST_CASE("the help names each flag, its variable and its default") {
    const std::string help = api::help_of<Settings>();
    CHECK(help.find("--io-threads N") != help.npos);
    CHECK(help.find("SHOPVERSE_IO_THREADS") != help.npos);
    CHECK(help.find("default 8080") != help.npos);
}

}  // namespace
}  // namespace shop
