// What the tidy rules look at: one source file, as written and with everything blanked out that is
// not code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shop::tidy {

// `path` is relative to the root of the tree, with '/'.
struct SourceFile {
    std::string path;
    std::string text;
};

struct Include {
    std::string header;  // without the quotes or brackets
    int line = 0;        // from 1
};

// A function with a body. Lambdas count as lines of the function they stand in.
struct Function {
    int first_line = 0;
    int lines = 0;
};

// C++ with comments, literals and preprocessor lines replaced by spaces; line breaks stay.
std::string code_only(std::string_view cpp);

std::vector<Include> includes_of(std::string_view cpp);

// Functions of a C++ file, by its braces; of a Python file, by indentation; of a shell script, by
// "name() {" and the "}" in the first column.
std::vector<Function> functions_of(const SourceFile& file);

std::vector<std::string_view> lines_of(std::string_view text);

// Every source file below `root` that the rules apply to.
std::vector<SourceFile> source_tree(const std::string& root);

}  // namespace shop::tidy
