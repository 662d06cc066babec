#include "tests/tidy/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace shop::tidy {
namespace {

// A layer may include itself and those before it.
constexpr std::array<std::string_view, 6> kLayers = {"core", "events", "projections",
                                                     "api",  "tests",  "bench"};

// Each of these costs seconds in every unit that sees it.
constexpr std::array<std::string_view, 6> kHeavyHeaders = {"boost/asio", "boost/beast", "libpq",
                                                           "librdkafka", "rocksdb",     "simdjson"};

// The adapters: the only files that may include a heavy header. A folder ends in '/' and stands for
// its sources, never its headers; a header stands here by its own name, and then no domain or
// endpoint code may include it.
constexpr std::array<std::string_view, 10> kAdapters = {
    "api/http/",
    "core/json/document.cpp",
    "events/kafka/",
    "events/kafka/handles.hpp",
    "events/rocksdb/",
    "projections/postgres/",
    "tests/events/rocksdb_log_test.cpp",
    "tests/support/beast_alone.cpp",
    "tests/support/failing_disk.cpp",
    "tests/support/mock_kafka.cpp",
};

// Core decides and nothing else: what it needs to know of clock, disk and chance comes in with the
// command.
constexpr std::array<std::string_view, 9> kNotInCore = {
    "condition_variable", "filesystem", "fstream", "future", "iostream", "random",
    "shared_mutex",       "thread",     "unistd.h"};
constexpr std::array<std::string_view, 3> kNotCalledInCore = {"system_clock::now",
                                                              "steady_clock::now", "getenv("};

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.find('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::ptrdiff_t rank_of(std::string_view path) {
    const auto found = std::find(kLayers.begin(), kLayers.end(), folder_of(path));
    return found == kLayers.end() ? -1 : found - kLayers.begin();
}

bool is_cpp(std::string_view path) {
    return path.ends_with(".cpp") || path.ends_with(".hpp");
}

bool is_adapter(std::string_view path) {
    return std::any_of(kAdapters.begin(), kAdapters.end(), [&](std::string_view adapter) {
        if (!adapter.ends_with('/')) return path == adapter;
        return path.starts_with(adapter) && path.ends_with(".cpp");
    });
}

bool is_heavy(std::string_view header) {
    return std::any_of(kHeavyHeaders.begin(), kHeavyHeaders.end(),
                       [&](std::string_view heavy) { return header.starts_with(heavy); });
}

void check_includes(const SourceFile& file, Findings& findings) {
    const std::ptrdiff_t rank = rank_of(file.path);
    for (const Include& include : includes_of(file.text)) {
        if (rank_of(include.header) > rank)
            findings.push_back(fmt::format("{}:{}: {} may not include {}: the layer above it",
                                           file.path, include.line, folder_of(file.path),
                                           include.header));
        if (is_heavy(include.header) && !is_adapter(file.path))
            findings.push_back(
                fmt::format("{}:{}: {} is a heavy header; hide it in an adapter's "
                            "source, and name that in tests/tidy/rules.cpp",
                            file.path, include.line, include.header));
        const bool banned =
            std::find(kNotInCore.begin(), kNotInCore.end(), include.header) != kNotInCore.end();
        if (rank == 0 && banned)
            findings.push_back(
                fmt::format("{}:{}: core knows no <{}>; take the value as an argument", file.path,
                            include.line, include.header));
    }
}

void check_core_calls(const SourceFile& file, Findings& findings) {
    if (folder_of(file.path) != "core") return;
    const std::string code = code_only(file.text);
    int number = 0;
    for (const std::string_view line : lines_of(code)) {
        ++number;
        for (const std::string_view call : kNotCalledInCore)
            if (line.find(call) != std::string_view::npos)
                findings.push_back(fmt::format("{}:{}: core does not call {}; Env carries the time",
                                               file.path, number, call));
    }
}

// Code points, as an editor shows them.
std::ptrdiff_t columns_of(std::string_view line) {
    return std::count_if(line.begin(), line.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

void check_sizes(const SourceFile& file, Findings& findings) {
    int number = 0;
    for (const std::string_view line : lines_of(file.text)) {
        ++number;
        if (const auto columns = columns_of(line); columns > kColumnsMax)
            findings.push_back(fmt::format("{}:{}: {} columns, at most {}", file.path, number,
                                           columns, kColumnsMax));
    }
    if (number > kFileLinesMax)
        findings.push_back(fmt::format("{}:1: {} lines, at most {}; split it by idea", file.path,
                                       number, kFileLinesMax));
    for (const Function& function : functions_of(file))
        if (function.lines > kFunctionLinesMax)
            findings.push_back(fmt::format("{}:{}: a function of {} lines, at most {}", file.path,
                                           function.first_line, function.lines, kFunctionLinesMax));
}

}  // namespace

Findings check(const SourceFile& file) {
    Findings findings;
    if (is_cpp(file.path)) check_includes(file, findings);
    if (is_cpp(file.path)) check_core_calls(file, findings);
    check_sizes(file, findings);
    return findings;
}

}  // namespace shop::tidy
