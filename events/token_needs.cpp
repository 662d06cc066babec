#include "events/token_needs.hpp"

namespace shop {

std::vector<std::string> needed_tokens(const AnyState& state) {
    std::vector<std::string> keys;
    const auto add = [&](const Sealed& token) {
        if (!token.is_empty()) keys.push_back(token.key);
    };
    if (const auto* payment = std::get_if<payment::State>(&state)) add(payment->token);
    if (const auto* checkout = std::get_if<checkout::State>(&state))
        for (const auto& payment : checkout->payments) add(payment.plan.token);
    return keys;
}

Task<Result<std::vector<std::string>>> needed_tokens(Engine& engine, Executor& home,
                                                     Partition partition) {
    std::vector<std::string> keys;
    const auto open = engine.open_streams(partition);
    if (!open) co_return std::unexpected(open.error());
    for (const StreamId& stream : *open) {
        const auto snapshot = co_await engine.read(home, stream);
        if (!snapshot) co_return std::unexpected(snapshot.error());
        if (snapshot->state == nullptr) continue;
        const std::vector<std::string> needed = needed_tokens(*snapshot->state);
        keys.insert(keys.end(), needed.begin(), needed.end());
    }
    co_return keys;
}

}  // namespace shop
