// A line of progress on standard error, for commands that take a while; only if somebody looks at
// it. One thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace shop::api {

class Progress {
  public:
    // `what` outlives it.
    explicit Progress(std::string_view what);

    // So much of the whole is done; drawn when the percentage changes.
    void show(std::uint64_t done, std::uint64_t whole);

  private:
    std::string_view what_;
    bool is_seen_;
    std::uint64_t shown_ = 101;
};

}  // namespace shop::api
