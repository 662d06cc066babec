// Where work runs. A port, so that the simulation can run everything on one thread under one seed.
#pragma once

#include <functional>

#include "core/base/time.hpp"

namespace shop {

// Runs functions one at a time, in the order they were posted. post() is thread-safe.
class Executor {
  public:
    using Function = std::move_only_function<void()>;

    virtual ~Executor() = default;
    // Runs `function` soon, never inside the call.
    virtual void post(Function function) = 0;
    // Runs `function` after at least `delay`.
    virtual void post_after(Duration delay, Function function) = 0;
};

// The clock, likewise. Thread-safe.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;         // wall clock; may jump
    virtual Duration steady() const = 0;  // since some start; never falls
};

}  // namespace shop
