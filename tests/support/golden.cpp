#include "tests/support/golden.hpp"
#include "tests/support/source_folder.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

namespace shop::tests {

std::filesystem::path golden_folder() {
    return source_folder() / "tests" / "golden";
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

void record_golden(const std::filesystem::path& path, std::string_view text,
                   std::string_view advice) {
    std::ofstream(path, std::ios::binary) << text << '\n';
    FAIL_CHECK("wrote " << path << "; " << advice);
}

}  // namespace shop::tests
