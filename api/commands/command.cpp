#include "api/commands/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace shop::api {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

// "log read" is one of "log"; every command is one of "".
bool is_of(const Command& command, std::string_view noun) {
    return noun.empty() ||
           (command.name.starts_with(noun) && command.name.substr(noun.size()).starts_with(' '));
}

// Of all commands, or of those that begin with that noun.
void print_help(std::string_view noun = {}) {
    fmt::print("shopverse {} [options]\n\n",
               noun.empty() ? "<command>" : std::string(noun) + " <verb>");
    for (const Command* command : all_commands())
        if (is_of(*command, noun)) fmt::print("  {:<22} {}\n", command->name, command->summary);
    fmt::print("\nshopverse <command> --help tells its options.\n");
}

bool is_noun(std::string_view word) {
    return std::ranges::any_of(all_commands(),
                               [&](const Command* command) { return is_of(*command, word); });
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
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (!text.ends_with('\n')) std::fputc('\n', stdout);
}

void print_warning(std::string_view text) {
    fmt::print(stderr, "shopverse: {}\n", text);
}

void send_answers() {
    std::fflush(stdout);
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
    const bool has_verb = words.size() > 1 && !words[1].starts_with('-');
    if (command == nullptr && !has_verb && is_noun(words[0])) {
        print_help(words[0]);
        return asks_for_help(words) ? kDone : kWrongUse;
    }
    if (command == nullptr) {
        print_warning("there is no command \"" + std::string(words[0]) +
                      (has_verb ? " " + std::string(words[1]) : "") + "\"; see shopverse --help.");
        return kWrongUse;
    }
    if (asks_for_help(words)) {
        fmt::print("shopverse {}: {}\n\n{}", command->name, command->summary, command->help());
        return kDone;
    }
    const Status status = command->run(words.subspan(taken));
    const bool is_told = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (status && is_told) return kDone;
    if (status) {
        print_warning("what was done could not be told: the output takes no more. Is a disk full?");
        return kFailed;
    }
    print_warning(status.error().message);
    for (const FieldError& field : status.error().fields)
        print_warning("  " + field.pointer + " " + field.detail);
    return status.error().type == "wrong-use" ? kWrongUse : kFailed;
}

}  // namespace shop::api
