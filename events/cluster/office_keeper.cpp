#include "events/cluster/office_keeper.hpp"

#include <algorithm>
#include <chrono>

namespace shop {

void OfficeKeeper::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
            wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
            lock.unlock();
            step();
            lock.lock();
        }
    });
}

void OfficeKeeper::take(std::span<const Partition> partitions) {
    {
        const std::lock_guard lock(mutex_);
        for (const Partition& partition : partitions) {
            Office& office = offices_[partition];
            office.is_asked = true;
            office.lost_at.reset();
            office.taken_at = parts_.clock.steady();
        }
    }
    for (const Partition& partition : partitions) parts_.take(partition);
}

void OfficeKeeper::leave(std::span<const Partition> partitions) {
    lose(partitions);
    std::unique_lock lock(mutex_);
    left_.wait_for(lock, std::chrono::microseconds(kLeaveMax.us), [&] {
        return std::ranges::none_of(partitions, [&](const Partition& partition) {
            return offices_[partition].held.has_value();
        });
    });
}

void OfficeKeeper::lose(std::span<const Partition> partitions) {
    {
        const std::lock_guard lock(mutex_);
        for (const Partition& partition : partitions) {
            offices_[partition].is_asked = false;
            offices_[partition].lost_at.reset();
        }
    }
    for (const Partition& partition : partitions) parts_.leave(partition);
}

bool OfficeKeeper::take_named(Partition partition) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_) return false;
    }
    parts_.take(partition);
    return true;
}

std::vector<Owner> OfficeKeeper::let_go() {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    std::vector<Owner> held;
    for (auto& [partition, office] : offices_) {
        office.is_asked = false;
        office.lost_at.reset();
        if (office.held) held.push_back(*office.held);
    }
    return held;
}

void OfficeKeeper::hear(const Owner& owner) {
    std::optional<Owner> better;
    bool is_over = false;
    {
        const std::lock_guard lock(mutex_);
        const Office& office = offices_[owner.partition];
        if (office.held && office.held->term > owner.term) better = office.held;
        is_over = office.held && office.held->term < owner.term && !office.is_asked;
    }
    if (better) parts_.announce(*better);
    if (is_over) parts_.leave(owner.partition);
}

void OfficeKeeper::on_office(Partition partition, const Term& term, bool is_held) {
    std::optional<Owner> gained;
    {
        const std::lock_guard lock(mutex_);
        Office& office = offices_[partition];
        if (is_held) {
            if (office.held && office.held->term == term.number) return;
            gained = Owner{partition, term.number, parts_.address, parts_.clock.now()};
            office.held = gained;
            office.lost_at.reset();
        } else if (office.held) {
            office.held.reset();
            if (office.is_asked) office.lost_at = parts_.clock.steady();
        }
    }
    left_.notify_all();
    if (gained) parts_.announce(*gained);
}

void OfficeKeeper::step() {
    for (const Partition& partition : due_again(parts_.clock.steady())) parts_.take(partition);
    announce_held();
}

std::vector<Partition> OfficeKeeper::due_again(Duration now) {
    const std::lock_guard lock(mutex_);
    std::vector<Partition> due;
    for (auto& [partition, office] : offices_) {
        if (!office.is_asked || !office.lost_at || now - *office.lost_at < kRetakeAfter) continue;
        if (office.taken_at && now - *office.taken_at < kRetakeEvery) continue;
        office.taken_at = now;
        ++fights_;
        due.push_back(partition);
    }
    return due;
}

void OfficeKeeper::announce_held() {
    std::vector<Owner> held;
    {
        const std::lock_guard lock(mutex_);
        const Duration now = parts_.clock.steady();
        if (announced_at_ && now - *announced_at_ < kAnnounceEvery) return;
        announced_at_ = now;
        for (const auto& [partition, office] : offices_)
            if (office.held) held.push_back(*office.held);
    }
    for (const Owner& owner : held) parts_.announce(owner);
}

std::set<Partition> OfficeKeeper::held() const {
    const std::lock_guard lock(mutex_);
    std::set<Partition> all;
    for (const auto& [partition, office] : offices_)
        if (office.held) all.insert(partition);
    return all;
}

}  // namespace shop
