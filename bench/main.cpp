#include <fmt/format.h>

#include <array>
#include <charconv>
#include <vector>

#include "bench/bench.hpp"

namespace shop::bench {

extern const Bench kDiskProbe;
extern const Bench kCodec;
extern const Bench kDecide;
extern const Bench kAppend;
extern const Bench kEngine;
extern const Bench kLoad;

namespace {

constexpr std::array kBenches = {&kDiskProbe, &kCodec, &kDecide, &kAppend, &kEngine, &kLoad};

int print_help() {
    fmt::print("shopverse_bench <part> [options]; ./bench/run runs them all\n\n");
    for (const Bench* bench : kBenches) fmt::print("  {:<8} {}\n", bench->name, bench->summary);
    return 2;
}

int run(Words words) {
    if (words.empty()) return print_help();
    for (const Bench* bench : kBenches) {
        if (bench->name != words[0]) continue;
        const Status status = bench->run(words.subspan(1));
        if (status) return 0;
        fmt::print(stderr, "{}: {}\n", bench->name, status.error().message);
        return 1;
    }
    return print_help();
}

}  // namespace

std::string option(Words words, std::string_view flag, std::string_view otherwise) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        if (words[i] == flag) return std::string(words[i + 1]);
    return std::string(otherwise);
}

std::int64_t number_option(Words words, std::string_view flag, std::int64_t otherwise) {
    const std::string text = option(words, flag, "");
    std::from_chars(text.data(), text.data() + text.size(), otherwise);
    return otherwise;
}

}  // namespace shop::bench

int main(int count, char** values) {
    const std::vector<std::string_view> words(values + 1, values + count);
    return shop::bench::run(words);
}
