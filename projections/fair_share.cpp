#include "projections/fair_share.hpp"

#include <algorithm>

namespace shop::projections {

// Nobody keeps more than the most that anybody needs to have, or more than the least while somebody
// has less. And nobody takes more than the least before all have that: what was released is for
// whoever has too few.
Turn next_turn(const std::set<Partition>& all, const Shares& seen, int self) {
    std::map<int, std::size_t> counts;
    for (const int feeder : seen.feeders) counts[feeder] = 0;
    std::vector<Partition> mine;
    std::vector<Partition> free;
    for (const Partition& partition : all) {
        const auto at = seen.held.find(partition);
        if (at == seen.held.end())
            free.push_back(partition);
        else
            ++counts[at->second];
        if (at != seen.held.end() && at->second == self) mine.push_back(partition);
    }
    counts.try_emplace(self, 0);
    const std::size_t least = all.size() / counts.size();
    const std::size_t most = (all.size() + counts.size() - 1) / counts.size();
    std::size_t lacking = 0;  // that others need to have the least
    for (const auto& [feeder, count] : counts)
        if (feeder != self && count < least) lacking += least - count;
    Turn turn;
    std::size_t kept = std::min(mine.size(), most);
    if (mine.size() > least && lacking > free.size()) kept = std::min(kept, mine.size() - 1);
    turn.release.assign(mine.begin() + static_cast<std::ptrdiff_t>(kept), mine.end());
    if (!turn.release.empty()) return turn;
    const std::size_t wanted = lacking == 0 && mine.size() >= least ? most : least;
    for (const Partition& partition : free)
        if (mine.size() + turn.take.size() < wanted) turn.take.push_back(partition);
    return turn;
}

}  // namespace shop::projections
