#include "events/effects/turnstile.hpp"

#include "core/base/assert.hpp"

namespace shop {

bool Turnstile::enter(const std::string& target) {
    if (running_ >= in_all_) return false;
    Target& entered = targets_[target];
    if (entered.running >= per_target_) return false;
    ++entered.running;
    ++running_;
    return true;
}

void Turnstile::wait(const std::string& target, const StreamId& stream) {
    const auto at = targets_.find(target);
    const bool is_full = at != targets_.end() && at->second.running >= per_target_;
    (is_full ? at->second.waiting : waiting_).push_back(stream);
}

std::vector<StreamId> Turnstile::leave(const std::string& target) {
    const auto at = targets_.find(target);
    SHOP_ASSERT(at != targets_.end() && at->second.running > 0);
    --running_;
    const int places = per_target_ - --at->second.running;
    std::vector<StreamId> called;
    call_up(at->second.waiting, places, called);
    call_up(waiting_, in_all_ - running_, called);
    if (at->second.running == 0 && at->second.waiting.empty()) targets_.erase(at);
    return called;
}

// Whoever is called may find that nothing is owed any more, and the place stays free: so as many
// are called as there are free places, not one for each that was left.
void Turnstile::call_up(std::deque<StreamId>& waiting, int places, std::vector<StreamId>& called) {
    for (; places > 0 && !waiting.empty(); --places) {
        called.push_back(waiting.front());
        waiting.pop_front();
    }
}

}  // namespace shop
