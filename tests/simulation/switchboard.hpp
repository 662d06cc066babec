// The network between the processes of a simulated shop: slow, and it loses and repeats.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "events/cluster/peer_host.hpp"
#include "events/cluster/peers.hpp"
#include "events/timed_wait.hpp"
#include "tests/simulation/dice.hpp"

namespace shop::simulation {

// In thousandths of the calls.
struct PeerFaults {
    int refused = 10;
    int request_lost = 20;
    int answer_lost = 30;
    int twice = 30;  // and the second time up to seconds later
    int silent = 5;  // neither arrives, and nobody tells
};

class Switchboard final : public Peers {
  public:
    // `loop` carries what is under way; it is no process's.
    Switchboard(Executor& loop, Dice& dice) : loop_(loop), dice_(dice) {}

    void join(const std::string& address, PeerHost& host, Executor& home);
    // The process is gone: its own calls end, and those to it break off.
    void leave(const std::string& address);
    PeerFaults& faults() { return faults_; }

    Task<std::expected<std::string, SendFailure>> send(Executor& home, std::string address,
                                                       CallKind, std::string call,
                                                       Duration patience) override;

  private:
    using Reply = std::expected<std::string, SendFailure>;
    using Wait = TimedWait<Reply>;
    struct Member {
        PeerHost* host = nullptr;
        Executor* home = nullptr;
    };
    struct Call {
        Executor* from = nullptr;
        std::string to;
        std::shared_ptr<Wait> wait;
    };
    struct Message {
        std::string to;
        std::string call;
        Duration patience;
    };
    void carry(const Message& message, const std::shared_ptr<Wait>& wait);
    void deliver(const Message& message, const std::shared_ptr<Wait>& wait, bool is_answered);
    void end_soon(const std::shared_ptr<Wait>& wait, Reply reply);
    Duration delay() { return dice_.between({0}, milliseconds(3)); }

    Executor& loop_;
    Dice& dice_;
    PeerFaults faults_;
    std::map<std::string, Member> members_;
    std::vector<Call> calls_;
};

}  // namespace shop::simulation
