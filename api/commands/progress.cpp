#include "api/commands/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace shop::api {
namespace {

constexpr std::size_t kBarChars = 40;
constexpr std::chrono::seconds kBetweenLines(5);

}  // namespace

Progress::Progress(std::string_view what)
    : what_(what), is_terminal_(::isatty(STDERR_FILENO) != 0) {}

void Progress::show(std::uint64_t done, std::uint64_t whole) {
    const std::uint64_t percent = whole == 0 ? 100 : done * 100 / whole;
    if (is_terminal_)
        draw(percent);
    else
        tell(percent);
}

void Progress::draw(std::uint64_t percent) {
    if (percent == drawn_) return;
    drawn_ = percent;
    const std::size_t filled = percent * kBarChars / 100;
    fmt::print(stderr, "\r{} [{:.<{}}] {:3} %{}", what_, std::string(filled, '#'), kBarChars,
               percent, percent == 100 ? "\n" : "");
}

void Progress::tell(std::uint64_t percent) {
    const auto now = Clock::now();
    if (now - told_ < kBetweenLines) return;
    told_ = now;
    fmt::print(stderr, "{}: {} %\n", what_, percent);
}

void Progress::end(std::uint64_t records) {
    const std::chrono::duration<double> took = Clock::now() - begun_;
    fmt::print(stderr, "{}: {} records in {:.1f} s, {:.0f} a second.\n", what_, records,
               took.count(), static_cast<double>(records) / took.count());
}

}  // namespace shop::api
