// Keeps this process in the offices it is asked to serve, and tells the others of them: between a
// membership, which asks, and the engine, which takes and leaves.
//
//   asked              take; once in office, announce
//   asked to leave     leave, and wait until it is left
//   asked by name      take, if whoever is in office is about to stop (hand_over.hpp). That counts
//   for
//                      as long as nobody else is asked: who is, takes it, and that is not fought.
//                      Once somebody announces a later term, what nobody asked for is left
//   lost to somebody   that may be right, for a membership is only a hint. If nobody says so within
//                      a second, take again; not more often than every five, so that two who are
//                      both asked do not fight at full speed (fights(): an alarm)
//
// What is held is announced every ten seconds, and at once to whoever announces an earlier term:
// an announcement may have been lost, or come late.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "events/cluster/announcements.hpp"
#include "events/cluster/membership.hpp"
#include "events/engine.hpp"

namespace shop {

class OfficeKeeper final : public Membership::Listener, public CommitObserver {
  public:
    static constexpr Duration kAnnounceEvery = seconds(10);
    static constexpr Duration kLeaveMax = seconds(5);
    static constexpr Duration kRetakeAfter = seconds(1);
    static constexpr Duration kRetakeEvery = seconds(5);

    // All of it outlives the keeper, and may be called on any of its threads.
    struct Parts {
        std::function<void(Partition)> take;   // LocalEngine::take_office
        std::function<void(Partition)> leave;  // LocalEngine::leave_office
        std::function<void(const Owner&)> announce;
        const Clock& clock;
        std::string address;  // of this process, as others reach it
    };

    explicit OfficeKeeper(Parts parts) : parts_(std::move(parts)) {}

    // A thread that calls step() once a second, until stop().
    void start();
    void stop() { thread_ = {}; }
    void step();

    void take(std::span<const Partition> partitions) override;
    void leave(std::span<const Partition> partitions) override;
    void lose(std::span<const Partition> partitions) override;

    // Whoever is in office and about to stop asks this process by name. False once let_go() was
    // called: it is about to stop, too.
    bool take_named(Partition partition);
    // This process is about to stop: what it holds. Whatever others take of that is theirs.
    std::vector<Owner> let_go();

    // What somebody announced.
    void hear(const Owner& owner);

    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition, Offset) override {}
    void on_office(Partition partition, const Term& term, bool is_held) override;

    std::set<Partition> held() const;
    // How often an office was taken again from somebody else.
    std::uint64_t fights() const { return fights_; }

  private:
    struct Office {
        bool is_asked = false;
        std::optional<Owner> held;
        std::optional<Duration> lost_at;  // while asked; on the steady clock
        std::optional<Duration> taken_at;
    };
    std::vector<Partition> due_again(Duration now);
    void announce_held();

    const Parts parts_;
    mutable std::mutex mutex_;
    std::condition_variable left_;
    std::map<Partition, Office> offices_;   // guarded by mutex_
    std::optional<Duration> announced_at_;  // guarded by mutex_
    bool is_stopping_ = false;              // guarded by mutex_
    std::atomic<std::uint64_t> fights_ = 0;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace shop
