#include <string_view>
#include <vector>

#include "api/commands/command.hpp"

int main(int count, char** values) {
    const std::vector<std::string_view> words(values + 1, values + count);
    return shop::api::run_command_line(words);
}
