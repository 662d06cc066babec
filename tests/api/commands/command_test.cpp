// What every sub-command does with options that make no sense: it says so, and does nothing.
#include "api/commands/command.hpp"

#include <catch2/catch.hpp>
#include <sstream>

namespace shop::tests {
namespace {

using api::Command;

// An option as the command's help tells it: "  --port N   port to listen on …".
struct Told {
    std::string flag;
    std::string value;  // empty: a flag without one
};

std::vector<Told> options_of(const Command& command) {
    std::vector<Told> options;
    std::istringstream help(command.help());
    for (std::string line; std::getline(help, line);) {
        std::istringstream words(line);
        Told option;
        words >> option.flag;
        if (words.peek() == ' ' && line.find(option.flag + "  ") == line.npos)
            words >> option.value;
        options.push_back(std::move(option));
    }
    return options;
}

bool is_number(const Told& option) {
    return option.value == "N" || option.value == "OFFSET";
}

// Behind what a test is about: were that taken, this is refused, and no test opens a shop.
constexpr const char* kAlsoWrong = "--no-such-thing";

// The sentence by which the command refuses the words; it must not do anything else with them.
std::string refusal(const Command& command, const std::vector<std::string>& words) {
    const std::vector<std::string_view> views(words.begin(), words.end());
    const Status status = command.run(views);
    REQUIRE_FALSE(status);
    CHECK(status.error().type == "wrong-use");
    return status.error().message;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("every command tells each of its options", "[commands]") {
    std::size_t numbers = 0;
    for (const Command* command : api::all_commands())
        for (const Told& option : options_of(*command)) {
            INFO(command->name << " " << option.flag);
            CHECK(option.flag.starts_with("--"));
            numbers += is_number(option) ? 1 : 0;
        }
    CHECK(numbers >= 15);
}

TEST_CASE("a number that makes no sense is refused by what is allowed, in every command",
          "[commands]") {
    for (const Command* command : api::all_commands()) {
        const std::vector<Told> options = options_of(*command);
        for (const Told& option : options) {
            if (!is_number(option)) continue;
            // Values are looked at in the order of the help.
            const std::string also_wrong = options.back().flag + "=maybe";
            for (const std::string nonsense : {"x", "1x", "1.5", "1e3", "0x10", "-1", " 1",
                                               "99999999999999999999", "-99999999999999999999"}) {
                INFO(command->name << " " << option.flag << " " << nonsense);
                const std::string told =
                    &option == &options.back()
                        ? refusal(*command, {option.flag + "=" + nonsense})
                        : refusal(*command, {option.flag + "=" + nonsense, also_wrong});
                CHECK(has(told, option.flag + " takes a whole number"));
                CHECK(has(told, "not \"" + nonsense + "\""));
            }
        }
    }
}

TEST_CASE("an option without its value is refused by its name, in every command", "[commands]") {
    for (const Command* command : api::all_commands())
        for (const Told& option : options_of(*command)) {
            INFO(command->name << " " << option.flag);
            const std::string needs = option.flag + " needs a value.";
            CHECK(refusal(*command, {option.flag + "=", kAlsoWrong}) == needs);
            if (option.value.empty()) {
                CHECK(has(refusal(*command, {option.flag + "=maybe"}), "yes or no"));
                continue;
            }
            CHECK(refusal(*command, {option.flag}) == needs);
            CHECK(refusal(*command, {option.flag, "", kAlsoWrong}) == needs);
            CHECK(refusal(*command, {option.flag, "--json"}) == needs);
        }
}

TEST_CASE("what is no option, and a word too many, are refused in every command", "[commands]") {
    for (const Command* command : api::all_commands()) {
        INFO(command->name);
        CHECK(refusal(*command, {"--no-such-thing"}) == "There is no option --no-such-thing.");
        CHECK(refusal(*command, {"-x", kAlsoWrong}) == "There is no option -x.");
        CHECK(refusal(*command, {"", kAlsoWrong}) == "An argument is empty.");
        refusal(*command, {"one", "two"});
    }
}

}  // namespace shop::tests
