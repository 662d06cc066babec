#include "api/commands/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <string>

namespace shop::api {
namespace {

constexpr std::size_t kBarChars = 40;

}  // namespace

Progress::Progress(std::string_view what) : what_(what), is_seen_(::isatty(STDERR_FILENO) != 0) {}

void Progress::show(std::uint64_t done, std::uint64_t whole) {
    const std::uint64_t percent = whole == 0 ? 100 : done * 100 / whole;
    if (!is_seen_ || percent == shown_) return;
    shown_ = percent;
    const std::size_t filled = percent * kBarChars / 100;
    const std::string bar = std::string(filled, '#') + std::string(kBarChars - filled, '.');
    std::fprintf(stderr, "\r%.*s [%s] %3d %%%s", static_cast<int>(what_.size()), what_.data(),
                 bar.c_str(), static_cast<int>(percent), percent == 100 ? "\n" : "");
}

}  // namespace shop::api
