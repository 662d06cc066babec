// What may go wrong in a shop of several processes: offices move, as a group would share them out,
// and whoever had one is told late, or not at all; processes come and go, sleep, and hear late who
// is in office.
#include "tests/simulation/world.hpp"

namespace shop::simulation {
namespace {

// In thousandths of the steps: a process is missing and another starts, an office has nobody.
constexpr int kStarts = 100;

bool is_decided(Partition partition) {
    return partition.topic != Topic::kClicks;
}

}  // namespace

std::vector<Process*> World::alive() const {
    std::vector<Process*> alive;
    for (const auto& process : processes_)
        if (process->is_alive()) alive.push_back(process.get());
    return alive;
}

void World::strike_cluster() {
    const std::vector<Process*> all = alive();
    const bool are_few = all.size() < static_cast<std::size_t>(options_.processes);
    if (are_few && dice_.chance(kStarts)) start_process(dice_.chance(700));
    if (all.empty()) return;
    Process& one = *dice_.pick(all);
    if (dice_.chance(options_.deaths)) return kill(one);
    if (dice_.chance(options_.second_process)) {
        one.is_paused = true;
        loop_.post_after(dice_.between(milliseconds(10), seconds(20)),
                         [&one] { one.is_paused = false; });
    }
    std::vector<Partition> decided = map_.partitions().all();
    std::erase_if(decided, [](Partition partition) { return !is_decided(partition); });
    const Partition partition = dice_.pick(decided);
    const auto at = offices_.find(partition);
    const bool is_orphan = at == offices_.end() || !at->second->is_alive();
    if (dice_.chance(is_orphan ? kStarts : options_.moves)) give_office(partition, one);
    if (dice_.chance(options_.power_cuts)) {
        kill_all();
        log_.memory().power_cut(dice_.below(3));
        store_->power_cut();
        view_.crash();
    }
}

void World::give_office(Partition partition, Process& process) {
    Process*& asked = offices_[partition];
    Process* before = std::exchange(asked, &process);
    process.local().take_office(partition);
    if (before == nullptr || before == &process || !before->is_alive()) return;
    if (dice_.chance(200)) return;  // it never hears of it
    loop_.post_after(dice_.between({0}, milliseconds(100)), [this, before, partition] {
        if (before->is_alive() && offices_[partition] != before)
            before->local().leave_office(partition);
    });
}

void World::announce(const Owner& owner) {
    announced_.hear(owner);
    for (Process* process : alive()) {
        if (dice_.chance(100)) continue;  // it misses that
        loop_.post_after(dice_.between({0}, milliseconds(50)), [process, owner] {
            if (process->is_alive()) process->directory().hear(owner);
        });
    }
}

// One process is left, and takes all.
void World::settle_offices() {
    for (const Partition partition : map_.partitions().all())
        if (is_decided(partition)) give_office(partition, survivor());
}

}  // namespace shop::simulation
