#include "events/cluster/directory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace shop {

std::optional<Owner> Directory::find(Partition partition) const {
    const std::lock_guard lock(mutex_);
    const auto at = partitions_.find(partition);
    return at == partitions_.end() ? std::nullopt : at->second.owner;
}

void Directory::hear(const Owner& owner) {
    std::vector<Wait> over;
    {
        const std::lock_guard lock(mutex_);
        OnePartition& known = partitions_[owner.partition];
        if (owner.term <= known.term()) return;
        known.owner = owner;
        const auto waiting = std::ranges::partition(
            known.waits, [&](const Wait& wait) { return wait.term >= owner.term; });
        over.assign(std::make_move_iterator(waiting.begin()),
                    std::make_move_iterator(waiting.end()));
        known.waits.erase(waiting.begin(), waiting.end());
    }
    for (const Wait& wait : over) wait.ends->end(true);
}

Task<bool> Directory::wait_newer(Executor& home, Partition partition, std::uint64_t term,
                                 Duration timeout) {
    const auto operation = [&](auto resume) {
        add_wait(partition,
                 {term, TimedWait<bool>::begin(home, timeout, false, std::move(resume))});
    };
    co_return co_await callback<bool>(operation);
}

void Directory::add_wait(Partition partition, Wait wait) {
    bool is_known = false;
    {
        const std::lock_guard lock(mutex_);
        OnePartition& known = partitions_[partition];
        std::erase_if(known.waits, [](const Wait& each) { return each.ends->is_over(); });
        is_known = known.term() > wait.term;
        if (!is_known && !stopped_) {
            known.waits.push_back(std::move(wait));
            return;
        }
    }
    wait.ends->end(is_known);
}

void Directory::stop() {
    std::vector<Wait> over;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (auto& [partition, known] : partitions_)
            std::ranges::move(std::exchange(known.waits, {}), std::back_inserter(over));
    }
    for (const Wait& wait : over) wait.ends->end(false);
}

std::vector<Owner> Directory::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Owner> all;
    for (const auto& [partition, known] : partitions_)
        if (known.owner) all.push_back(*known.owner);
    return all;
}

// The same may be told twice.
void OwnOffices::on_office(Partition partition, const Term& term, bool is_held) {
    if (!is_held) {
        changes_ += held_.erase(partition);
        return;
    }
    if (std::exchange(held_[partition], term.number) == term.number) return;
    ++changes_;
    directory_.hear({partition, term.number, address_, clock_.now()});
}

}  // namespace shop
