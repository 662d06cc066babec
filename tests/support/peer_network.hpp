// The network between processes of a shop, in the hand of a test: what arrives, what is lost, and
// what comes twice. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "events/cluster/peer_host.hpp"
#include "events/cluster/peers.hpp"
#include "events/timed_wait.hpp"

namespace shop::tests {

enum class CallFate {
    kArrives,
    kRefused,      // nobody listens there
    kRequestLost,  // the connection breaks before the call is there
    kAnswerLost,   // … or before the answer is back
    kTwice,        // the call comes twice, and the first answer goes back
    kSilence,      // nothing is heard, and nobody tells
};

class PeerNetwork final : public Peers {
  public:
    using FateOf = std::function<CallFate(const std::string& to, std::size_t number)>;
    using Changed = std::function<std::string(std::string answer)>;

    void join(const std::string& address, PeerHost& host, Executor& loop) {
        hosts_[address] = {&host, &loop};
    }
    // It is gone, and with it the connections of calls under way there.
    void leave(const std::string& address) {
        auto gone = hosts_.extract(address);
        if (gone.empty()) return;
        for (const auto& wait : gone.mapped().calls)
            wait->end(std::unexpected(SendFailure::kNoAnswer));
    }

    // Asked for each call, numbered from 0; none: all arrives.
    void set_fates(FateOf fate_of) { fate_of_ = std::move(fate_of); }
    // What becomes of the answers on their way.
    void change_answers(Changed changed) { changed_ = std::move(changed); }
    std::size_t calls() const { return calls_; }

    Task<std::expected<std::string, SendFailure>> send(Executor& home, std::string address,
                                                       CallKind, std::string call,
                                                       Duration patience) override {
        const CallFate fate = fate_of_ ? fate_of_(address, calls_) : CallFate::kArrives;
        ++calls_;
        const bool is_there = hosts_.contains(address) && fate != CallFate::kRefused;
        if (!is_there) co_return std::unexpected(SendFailure::kNotSent);
        if (fate == CallFate::kRequestLost) co_return std::unexpected(SendFailure::kNoAnswer);
        const auto operation = [&](auto resume) {
            auto wait = Wait::begin(home, patience, std::unexpected(SendFailure::kNoAnswer),
                                    std::move(resume));
            if (fate == CallFate::kSilence) return;
            hosts_.at(address).calls.push_back(wait);
            deliver(address, call, patience,
                    fate == CallFate::kAnswerLost ? lost(wait) : back(wait));
            if (fate == CallFate::kTwice) deliver(address, call, patience, [](std::string) {});
        };
        co_return co_await callback<Reply>(operation);
    }

  private:
    using Reply = std::expected<std::string, SendFailure>;
    using Wait = TimedWait<Reply>;
    using OnAnswer = std::function<void(std::string)>;
    struct Host {
        PeerHost* host = nullptr;
        Executor* loop = nullptr;
        std::vector<std::shared_ptr<Wait>> calls = {};  // some of them over
    };

    OnAnswer back(const std::shared_ptr<Wait>& wait) const {
        return [this, wait](std::string answer) {
            wait->end(changed_ ? changed_(std::move(answer)) : std::move(answer));
        };
    }
    static OnAnswer lost(const std::shared_ptr<Wait>& wait) {
        return [wait](const std::string&) { wait->end(std::unexpected(SendFailure::kNoAnswer)); };
    }

    void deliver(const std::string& address, const std::string& call, Duration patience,
                 OnAnswer on_answer) {
        hosts_.at(address).loop->post(
            [this, address, call, patience, on_answer = std::move(on_answer)] {
                const auto at = hosts_.find(address);
                if (at == hosts_.end()) return;
                start(at->second.host->answer(*at->second.loop, call, patience),
                      [on_answer](std::string answer) { on_answer(std::move(answer)); });
            });
    }

    std::map<std::string, Host> hosts_;
    FateOf fate_of_;
    Changed changed_;
    std::size_t calls_ = 0;
};

}  // namespace shop::tests
