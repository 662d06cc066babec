#include "events/cluster/hand_over.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "events/cluster/peer_call.hpp"

namespace shop {

std::vector<std::vector<std::string>> successors_of(std::span<const Owner> held,
                                                    std::span<const Owner> all) {
    std::map<std::string, int> load;  // of all that may be asked
    for (const Owner& owner : all) ++load[owner.address];
    if (!held.empty()) load.erase(held.front().address);
    std::vector<std::vector<std::string>> successors(held.size());
    for (std::vector<std::string>& each : successors) {
        for (const auto& [address, count] : load) each.push_back(address);
        std::ranges::sort(each, {}, [&](const std::string& address) {
            return std::pair(load[address], address);
        });
        if (!each.empty()) ++load[each.front()];
    }
    return successors;
}

Task<std::size_t> HandOver::run(Executor& home, std::vector<Owner> held) {
    if (held.empty()) co_return 0;
    struct Ends {  // shared by the tasks of all offices
        std::size_t left;
        std::size_t taken = 0;
    };
    const auto ends = std::make_shared<Ends>(Ends{held.size()});
    const auto successors = successors_of(held, parts_.directory.all());
    const Duration until = parts_.clock.steady() + kPatience;
    const auto operation = [&](auto resume) {
        // Shared with the tasks, the last of which calls it: not before all were begun.
        const auto last = std::make_shared<decltype(resume)>(std::move(resume));
        for (std::size_t i = 0; i < held.size(); ++i)
            start(hand_over(home, held[i], successors[i], until), [&home, ends, last](bool taken) {
                ends->taken += taken ? 1 : 0;
                if (--ends->left == 0) home.post([ends, last] { (*last)(ends->taken); });
            });
    };
    co_return co_await callback<std::size_t>(operation);
}

Task<bool> HandOver::hand_over(Executor& home, Owner held, std::vector<std::string> successors,
                               Duration until) {
    for (const std::string& successor : successors)
        if (co_await ask(home, held, successor, until)) co_return true;
    co_return false;
}

// Whoever answers "in-doubt" is at it still: it may have much to read.
Task<bool> HandOver::ask(Executor& home, Owner held, std::string successor, Duration until) {
    std::string call;
    SHOP_ASSERT(append_call(call, {.of = TakeCall{held.partition, held.term}, .catalog = {}}));
    for (;;) {
        const Duration left = std::min(until - parts_.clock.steady(), kTryMax);
        if (left <= Duration{}) co_return false;
        const auto reply = co_await parts_.peers.send(home, successor, CallKind::kCall, call, left);
        if (!reply) co_return false;
        const Result<PeerAnswer> answer = read_answer(*reply);
        if (!answer) co_return false;
        if (answer->owner && answer->owner->term > held.term) {
            parts_.directory.hear(*answer->owner);
            co_return true;
        }
        if (!answer->error || answer->error->type != "in-doubt") co_return false;
    }
}

}  // namespace shop
