// Files in tests/golden/: what was promised for ever. A test compares them with what the program
// says today, writes down what is new, and fails until somebody has looked at it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace shop::tests {

std::filesystem::path golden_folder();

// Without the last end of line; empty if there is no such file.
std::string read_file(const std::filesystem::path& path);

// Writes the text and an end of line, and fails the test: "wrote …; look at it, …".
void record_golden(const std::filesystem::path& path, std::string_view text,
                   std::string_view advice = "look at it and commit it");

}  // namespace shop::tests
