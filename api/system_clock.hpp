// The machine's clocks.
#pragma once

#include <chrono>

#include "events/executor.hpp"

namespace shop::api {

class SystemClock final : public Clock {
  public:
    Time now() const override { return {micros(std::chrono::system_clock::now())}; }
    Duration steady() const override { return {micros(std::chrono::steady_clock::now())}; }

  private:
    template <class Point>
    static std::int64_t micros(Point point) {
        return std::chrono::duration_cast<std::chrono::microseconds>(point.time_since_epoch())
            .count();
    }
};

}  // namespace shop::api
