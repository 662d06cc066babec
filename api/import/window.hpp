// So many tasks under way at once, and places to wait for room and for the end.
//
//   co_await window.room();
//   window.start(import(std::move(rows)));
//   …
//   co_await window.empty();
//
// One thread: the executor's. One task waits at a time. It outlives the tasks it started.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop::import {

class Window {
  public:
    Window(Executor& home, std::size_t size) : home_(home), size_(size) {}

    // True at once if fewer than its size are under way; else once that is so.
    Task<bool> room() { return wait_until_below(size_); }
    Task<bool> empty() { return wait_until_below(1); }

    void start(Task<bool> task);

  private:
    Task<bool> wait_until_below(std::size_t count);

    Executor& home_;
    const std::size_t size_;
    std::size_t under_way_ = 0;
    std::size_t wanted_ = 0;  // whoever waits goes on once fewer are under way
    std::move_only_function<void(bool)> go_on_;
};

}  // namespace shop::import
