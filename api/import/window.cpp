#include "api/import/window.hpp"

namespace shop::import {

void Window::start(Task<bool> task) {
    ++under_way_;
    shop::start(std::move(task), [this](bool) {
        --under_way_;
        if (!go_on_ || under_way_ >= wanted_) return;
        // Not from inside the task's coroutine, which ends first.
        home_.post([go_on = std::exchange(go_on_, nullptr)]() mutable { go_on(true); });
    });
}

Task<bool> Window::wait_until_below(std::size_t count) {
    if (under_way_ < count) co_return true;
    wanted_ = count;
    const auto operation = [this](auto resume) { go_on_ = std::move(resume); };
    co_return co_await callback<bool>(operation);
}

}  // namespace shop::import
