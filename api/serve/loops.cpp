#include "api/serve/loops.hpp"

#include <algorithm>
#include <thread>

namespace shop::api {

Loops::Loops(std::int64_t count) {
    if (count == 0) count = std::max(1U, std::thread::hardware_concurrency() / 2);
    for (std::int64_t i = 0; i < count; ++i)
        threads_.push_back(std::make_unique<http::LoopThread>());
}

std::vector<http::Loop*> Loops::all() const {
    std::vector<http::Loop*> loops;
    for (const auto& thread : threads_) loops.push_back(&thread->loop());
    return loops;
}

void Loops::stop() {
    for (const auto& thread : threads_) thread->stop();
}

}  // namespace shop::api
