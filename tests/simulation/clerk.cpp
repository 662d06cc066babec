#include "tests/simulation/clerk.hpp"

namespace shop::simulation {

Task<Result<Receipt>> Clerk::send(AnyCommand command) {
    const CommandId id = commands_.next(target_of(command).slot());
    const auto answer = co_await world_.call(command, id, ActorKind::kStaff);
    if (answer && chance(100)) co_await world_.call(command, id, ActorKind::kStaff);
    co_return answer;
}

Task<stock::State> Clerk::stock(StockId id) {
    const Snapshot snapshot = co_await world_.read(id);
    const auto* state = std::get_if<stock::State>(snapshot.state.get());
    co_return state == nullptr ? stock::State{} : *state;  // of a world with something taken out
}

Task<product::State> Clerk::settled(ProductId product) {
    for (;;) {
        const Snapshot snapshot = co_await world_.read(product);
        const auto* state = std::get_if<product::State>(snapshot.state.get());
        if (state != nullptr && !state->request) co_return *state;
        co_await pause(milliseconds(500));
    }
}

}  // namespace shop::simulation
