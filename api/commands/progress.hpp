// How far a command is that takes a while, and how quick it was: on standard error. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace shop::api {

class Progress {
  public:
    // `what` outlives it. The time of the work begins here.
    explicit Progress(std::string_view what);

    // So much of the whole is done. A terminal gets a bar, drawn when the percentage changes;
    // a file or a pipe a line every few seconds.
    void show(std::uint64_t done, std::uint64_t whole);

    // All is done: "The year: 135491 records in 92.4 s, 1466 a second."
    void end(std::uint64_t records);

  private:
    using Clock = std::chrono::steady_clock;

    void draw(std::uint64_t percent);
    void tell(std::uint64_t percent);

    const std::string_view what_;
    const bool is_terminal_;
    const Clock::time_point begun_ = Clock::now();
    Clock::time_point told_ = begun_;
    std::uint64_t drawn_ = 101;
};

}  // namespace shop::api
