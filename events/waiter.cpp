#include "events/waiter.hpp"

#include <vector>

namespace shop {
namespace {

void resume_each(Waiter* waiter) {
    while (waiter != nullptr) {
        Waiter* next = waiter->next;  // the waiter is gone once its coroutine runs
        waiter->handle.resume();
        waiter = next;
    }
}

struct Home {
    Executor* executor = nullptr;
    WaiterList waiters;
};

WaiterList& list_of(std::vector<Home>& homes, Executor* executor) {
    for (Home& home : homes)
        if (home.executor == executor) return home.waiters;
    homes.push_back({executor, {}});
    return homes.back().waiters;
}

}  // namespace

void resume_all(WaiterList waiters, WaitEnd end) {
    std::vector<Home> homes;
    while (Waiter* waiter = waiters.pop()) {
        waiter->end = end;
        list_of(homes, waiter->home).push(*waiter);
    }
    for (Home& home : homes)
        home.executor->post([first = home.waiters.first()] { resume_each(first); });
}

}  // namespace shop
