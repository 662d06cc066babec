#include "tests/tidy/source.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace shop::tidy {
namespace {

// Finds the end of a literal or comment that begins at `at`, or returns `at` if none does.
std::size_t end_of_non_code(std::string_view text, std::size_t at) {
    const auto behind = [&](std::string_view end, std::size_t from) {
        const std::size_t found = text.find(end, from);
        return found == std::string_view::npos ? text.size() : found + end.size();
    };
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//"))
        return text.find('\n', at) == std::string_view::npos ? text.size() : text.find('\n', at);
    if (rest.starts_with("/*")) return behind("*/", at + 2);
    if (rest.starts_with("R\"")) {
        const std::size_t open = text.find('(', at);
        if (open == std::string_view::npos) return text.size();
        return behind(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
    }
    // The apostrophe of 1'000 is a part of a number.
    const bool in_number = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;
    if (rest[0] == '"' || (rest[0] == '\'' && !in_number)) {
        std::size_t end = at + 1;
        while (end < text.size() && text[end] != rest[0] && text[end] != '\n')
            end += text[end] == '\\' ? 2 : 1;
        return std::min(end + 1, text.size());
    }
    return at;
}

void blank(std::string& text, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i)
        if (text[i] != '\n') text[i] = ' ';
}

void blank_preprocessor(std::string& text) {
    bool continued = false;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::size_t first = text.find_first_not_of(' ', begin);
        const bool directive = continued || (first < end && text[first] == '#');
        continued = directive && end > begin && text[end - 1] == '\\';
        if (directive) blank(text, begin, end);
        begin = end + 1;
    }
}

bool is_checked(const std::filesystem::path& path) {
    static constexpr std::array<std::string_view, 8> kExtensions = {
        ".cpp", ".hpp", ".py", ".sh", ".cmake", ".sql", ".lua", ".txt"};
    const std::string extension = path.extension().string();
    if (extension == ".txt") return path.filename() == "CMakeLists.txt";
    return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

SourceFile load(const std::filesystem::path& root, const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {path.lexically_relative(root).generic_string(),
            std::string(std::istreambuf_iterator<char>(in), {})};
}

}  // namespace

std::string code_only(std::string_view cpp) {
    std::string text(cpp);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = end_of_non_code(text, at);
        blank(text, at, end);
        at = std::max(end, at + 1);
    }
    blank_preprocessor(text);
    return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<Include> includes_of(std::string_view cpp) {
    static constexpr std::string_view kInclude = "#include ";
    std::vector<Include> found;
    int number = 0;
    for (const std::string_view line : lines_of(cpp)) {
        ++number;
        if (!line.starts_with(kInclude)) continue;
        const std::size_t end = line.find_first_of(">\"", kInclude.size() + 1);
        if (end == std::string_view::npos) continue;
        const std::size_t begin = kInclude.size() + 1;
        found.push_back({std::string(line.substr(begin, end - begin)), number});
    }
    return found;
}

std::vector<SourceFile> source_tree(const std::string& root) {
    std::vector<SourceFile> files;
    for (const char* folder : {"core", "events", "projections", "api", "tests", "bench", "cmake",
                               "migrations", "demo", "deploy"}) {
        const auto top = std::filesystem::path(root) / folder;
        if (!std::filesystem::exists(top)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(top))
            if (entry.is_regular_file() && is_checked(entry.path()))
                files.push_back(load(root, entry.path()));
    }
    for (const char* name : {"run", "test", "CMakeLists.txt"})
        if (std::filesystem::exists(std::filesystem::path(root) / name))
            files.push_back(load(root, std::filesystem::path(root) / name));
    return files;
}

}  // namespace shop::tidy
