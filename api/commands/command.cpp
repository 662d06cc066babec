#include "api/commands/command.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace shop::api {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

void complain(std::string_view text) {
    fmt::print(stderr, "shopverse: {}\n", text);
}

void print_help() {
    fmt::print("shopverse <command> [options]\n\n");
    for (const Command* command : all_commands())
        fmt::print("  {:<22} {}\n", command->name, command->summary);
    fmt::print("\nshopverse <command> --help tells its options.\n");
}

// The command whose name the words begin with; the longest name goes first ("key new" before
// "key").
const Command* find_command(Words words, std::size_t& taken) {
    const Command* found = nullptr;
    taken = 0;
    for (const Command* command : all_commands()) {
        std::size_t count = 0;
        std::string_view rest = command->name;
        bool matches = true;
        while (!rest.empty() && matches) {
            const std::string_view part = rest.substr(0, rest.find(' '));
            matches = count < words.size() && words[count] == part;
            ++count;
            rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        }
        if (!matches || count <= taken) continue;
        found = command;
        taken = count;
    }
    return found;
}

bool asks_for_help(Words words) {
    for (const std::string_view word : words)
        if (word == "--help" || word == "-h") return true;
    return false;
}

}  // namespace

void print_answer(std::string_view text) {
    fmt::print("{}{}", text, text.ends_with('\n') ? "" : "\n");
}

int run_command_line(Words words) {
    if (words.empty()) {
        print_help();
        return kWrongUse;
    }
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
        print_help();
        return kDone;
    }
    std::size_t taken = 0;
    const Command* command = find_command(words, taken);
    if (command == nullptr) {
        complain("there is no command \"" + std::string(words[0]) + "\"; see shopverse --help.");
        return kWrongUse;
    }
    if (asks_for_help(words)) {
        fmt::print("shopverse {}: {}\n\n{}", command->name, command->summary, command->help());
        return kDone;
    }
    const Status status = command->run(words.subspan(taken));
    if (status) return kDone;
    complain(status.error().message);
    for (const FieldError& field : status.error().fields)
        complain("  " + field.pointer + " " + field.detail);
    return status.error().type == "wrong-use" ? kWrongUse : kFailed;
}

}  // namespace shop::api
