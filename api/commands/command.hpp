// A sub-command of the program: `shopverse <name> [options]`. Each has a file of its own in this
// folder, and its line in all.cpp.
//
// Answers go to standard output (with --json as one JSON document), progress and failures to
// standard error. Exit: 0 done, 1 refused or failed, 2 wrong use.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/config/options.hpp"
#include "core/base/result.hpp"

namespace shop::api {

struct Command {
    std::string_view name;     // "serve", "key new"
    std::string_view summary;  // one line
    std::string (*help)();     // of its options: &help_of<Options>
    Status (*run)(Words words);
};

std::span<const Command* const> all_commands();

// The exit code of the whole program.
int run_command_line(Words words);

// To standard output, a line of its own.
void print_answer(std::string_view text);
// To standard error: what a person has to know though the command is done.
void print_warning(std::string_view text);
// What was printed so far goes out now: for commands that wait for more to print, for a pipe would
// keep some kilobytes back.
void send_answers();

}  // namespace shop::api
