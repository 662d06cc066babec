#include "api/history/precedence.hpp"

#include <algorithm>
#include <utility>

namespace shop::history {

// Closed until its record has ended.
class Precedence::Gate {
  public:
    bool is_open() const { return is_open_; }
    void wait(std::move_only_function<void(bool)> resume) { waiting_.push_back(std::move(resume)); }
    // Not from inside the record's coroutine, which ends first.
    void open(Executor& home) {
        is_open_ = true;
        for (auto& resume : waiting_)
            home.post([resume = std::move(resume)]() mutable { resume(true); });
        waiting_.clear();
    }

  private:
    bool is_open_ = false;
    std::vector<std::move_only_function<void(bool)>> waiting_;
};

Precedence::Place Precedence::enter(Ties ties) {
    Place place{.before = {}, .own = std::make_shared<Gate>(), .gives = std::move(ties.gives)};
    for (const std::string& name : ties.needs)
        if (const auto found = awaited_.find(name); found != awaited_.end())
            for (const auto& gate : found->second)
                if (std::ranges::count(place.before, gate) == 0) place.before.push_back(gate);
    for (const std::string& name : place.gives) awaited_[name].push_back(place.own);
    return place;
}

Task<bool> Precedence::reach(const Place* place) {
    for (const auto& gate : place->before) {
        if (gate->is_open()) continue;
        const auto operation = [&gate](auto resume) { gate->wait(std::move(resume)); };
        co_await callback<bool>(operation);
    }
    co_return true;
}

void Precedence::leave(const Place& place) {
    for (const std::string& name : place.gives) {
        const auto found = awaited_.find(name);
        if (found == awaited_.end()) continue;  // it gives the same thing twice
        std::erase(found->second, place.own);
        if (found->second.empty()) awaited_.erase(found);
    }
    place.own->open(home_);
}

}  // namespace shop::history
