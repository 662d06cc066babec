#include "tests/simulation/switchboard.hpp"

namespace shop::simulation {

void Switchboard::join(const std::string& address, PeerHost& host, Executor& home) {
    members_[address] = {&host, &home};
}

void Switchboard::leave(const std::string& address) {
    const auto gone = members_.extract(address);
    if (gone.empty()) return;
    for (const Call& call : calls_) {
        const bool is_its_own = call.from == gone.mapped().home;
        if (is_its_own) call.wait->end(std::unexpected(SendFailure::kNoAnswer));
        if (call.to == address) end_soon(call.wait, std::unexpected(SendFailure::kNoAnswer));
    }
}

Task<std::expected<std::string, SendFailure>> Switchboard::send(Executor& home, std::string address,
                                                                CallKind, std::string call,
                                                                Duration patience) {
    const auto operation = [&](auto resume) {
        auto wait =
            Wait::begin(home, patience, std::unexpected(SendFailure::kNoAnswer), std::move(resume));
        std::erase_if(calls_, [](const Call& each) { return each.wait->is_over(); });
        calls_.push_back({&home, address, wait});
        carry({address, call, patience}, wait);
    };
    co_return co_await callback<Reply>(operation);
}

void Switchboard::carry(const Message& message, const std::shared_ptr<Wait>& wait) {
    if (!members_.contains(message.to) || dice_.chance(faults_.refused))
        return end_soon(wait, std::unexpected(SendFailure::kNotSent));
    if (dice_.chance(faults_.silent)) return;
    if (dice_.chance(faults_.request_lost))
        return end_soon(wait, std::unexpected(SendFailure::kNoAnswer));
    const bool is_answered = !dice_.chance(faults_.answer_lost);
    loop_.post_after(delay(), [=, this] { deliver(message, wait, is_answered); });
    if (!dice_.chance(faults_.twice)) return;
    loop_.post_after(dice_.between({0}, seconds(8)), [=, this] { deliver(message, wait, true); });
}

void Switchboard::deliver(const Message& message, const std::shared_ptr<Wait>& wait,
                          bool is_answered) {
    const auto at = members_.find(message.to);
    if (at == members_.end()) return;
    at->second.home->post([=, this] {
        const auto there = members_.find(message.to);
        if (there == members_.end()) return;
        start(there->second.host->answer(*there->second.home, message.call, message.patience),
              [=, this](std::string answer) {
                  if (!members_.contains(message.to)) return;
                  if (is_answered)
                      end_soon(wait, std::move(answer));
                  else
                      end_soon(wait, std::unexpected(SendFailure::kNoAnswer));
              });
    });
}

void Switchboard::end_soon(const std::shared_ptr<Wait>& wait, Reply reply) {
    loop_.post_after(delay(),
                     [wait, reply = std::move(reply)]() mutable { wait->end(std::move(reply)); });
}

}  // namespace shop::simulation
