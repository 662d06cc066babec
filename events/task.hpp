// Task<T>: a lazy coroutine that yields one value. It starts when it is awaited (or by start()),
// runs on the thread that resumes it, and hands its value straight to its awaiter (no queue, no
// lock).
//
// Rules: parameters by value; no capturing-lambda coroutines; an awaited operation resumes the
// coroutine on the thread it was awaited on (see executor.hpp). A Task is awaited once.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "core/base/assert.hpp"

namespace shop {

template <class T>
class [[nodiscard]] Task {
  public:
    struct promise_type {
        std::optional<T> value;
        std::coroutine_handle<> awaiter = std::noop_coroutine();

        Task get_return_object() {
            return Task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        struct Final {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(
                std::coroutine_handle<promise_type> self) noexcept {
                return self.promise().awaiter;
            }
            void await_resume() noexcept {}
        };
        Final final_suspend() noexcept { return {}; }
        template <class U>
        void return_value(U&& result) {
            value.emplace(std::forward<U>(result));
        }
        void unhandled_exception() { std::terminate(); }  // no exception crosses a port
    };

    Task(Task&& other) noexcept
        : handle_(std::exchange(other.handle_, nullptr)), value_(std::move(other.value_)) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    // A task that has its value already: awaiting it neither waits nor allocates.
    static Task ready(T value) {
        Task task({});
        task.value_.emplace(std::move(value));
        return task;
    }

    bool await_ready() const noexcept { return value_.has_value(); }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
        handle_.promise().awaiter = awaiter;
        return handle_;
    }
    T await_resume() { return std::move(value_ ? *value_ : *handle_.promise().value); }

  private:
    explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    std::coroutine_handle<promise_type> handle_;
    std::optional<T> value_;  // of a ready task, which has no handle
};

template <class T>
Task<T> ready(T value) {
    return Task<T>::ready(std::move(value));
}

namespace task_detail {
// Owns itself: destroyed at its end.
struct Detached {
    struct promise_type {
        Detached get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
};

template <class T, class Done>
Detached run(Task<T> task, Done done) {
    done(co_await std::move(task));
}
}  // namespace task_detail

// Runs the task now, on this thread, until it first waits; calls done(value) at its end, on
// whichever thread resumed it last. Whoever starts a task counts it, and outlives it.
template <class T, class Done>
void start(Task<T> task, Done done) {
    task_detail::run(std::move(task), std::move(done));
}

// Awaits an operation that takes a callback: `operation(resume)` is called once the coroutine is
// suspended, and must call resume(value) exactly once, on the coroutine's own thread.
template <class T, class Operation>
class Callback {
  public:
    explicit Callback(Operation operation) : operation_(std::move(operation)) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) {
        operation_([this, self](T value) {
            value_.emplace(std::move(value));
            self.resume();
        });
    }
    T await_resume() { return std::move(*value_); }

  private:
    Operation operation_;
    std::optional<T> value_;
};

// co_await callback<Rows>([&](auto resume) { pool.query(sql, std::move(resume)); });
template <class T, class Operation>
Callback<T, Operation> callback(Operation operation) {
    return Callback<T, Operation>(std::move(operation));
}

}  // namespace shop
