// Also run under the thread sanitizer.
#include "events/worker.hpp"

#include <catch2/catch.hpp>
#include <latch>

#include "tests/support/poll_loop.hpp"

namespace shop::tests {
namespace {

struct Piece {
    int caller = 0;
    int number = 0;
};

constexpr int kCallers = 4;
constexpr int kPieces = 200;  // per caller

TEST_CASE("a worker does one thing after another, and what each caller posted in its order",
          "[threads]") {
    std::vector<Piece> done;  // the worker's alone, until it has ended
    {
        std::latch last(kCallers);
        Worker worker;
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < kCallers; ++caller)
            callers.emplace_back([&, caller] {
                for (int i = 0; i < kPieces; ++i)
                    worker.post([&done, piece = Piece{caller, i}] { done.push_back(piece); });
                worker.post([&last] { last.count_down(); });
            });
        last.wait();
    }
    std::array<int, kCallers> next{};
    for (const Piece& piece : done)
        CHECK(piece.number == next[static_cast<std::size_t>(piece.caller)]++);
    CHECK(done.size() == kCallers * kPieces);
}

Task<std::thread::id> thread_of(Worker& worker, Executor& home) {
    co_return co_await worker.call<std::thread::id>(home,
                                                    [] { return std::this_thread::get_id(); });
}

TEST_CASE("a worker's result comes back on the thread of whoever called it", "[threads]") {
    PollLoop home;
    Worker worker;
    std::thread::id worked_on;
    std::thread::id came_back_on;
    start(thread_of(worker, home), [&](std::thread::id id) {
        worked_on = id;
        came_back_on = std::this_thread::get_id();
    });
    CHECK(home.run_until([&] { return came_back_on != std::thread::id(); }));
    CHECK(came_back_on == std::this_thread::get_id());
    CHECK(worked_on != came_back_on);
}

}  // namespace
}  // namespace shop::tests
