#include "tests/simulation/clerk.hpp"

#include "tests/simulation/shopping.hpp"

namespace shop::simulation {

Task<Result<Receipt>> Clerk::send(AnyCommand command) {
    const CommandId id = next_id(target_of(command).slot());
    co_return co_await send(std::move(command), id);
}

Task<Result<Receipt>> Clerk::send(AnyCommand command, CommandId id) {
    const auto answer = co_await world_.call(command, id, ActorKind::kStaff);
    if (answer && chance(100)) co_await world_.call(command, id, ActorKind::kStaff);
    co_return answer;
}

Task<stock::State> Clerk::stock(StockId id) {
    auto state = co_await find<stock::State>(id);
    co_return std::move(state).value_or(stock::State{});  // of a world with something taken out
}

Task<product::State> Clerk::settled(ProductId product) {
    for (;;) {
        const Snapshot snapshot = co_await world_.read(product);
        const auto* state = std::get_if<product::State>(snapshot.state.get());
        if (state != nullptr && !state->request) co_return *state;
        co_await pause(milliseconds(500));
    }
}

OrderId Clerk::any_order() {
    const auto shoppers = static_cast<std::size_t>(world_.options().shoppers);
    return checkout::order_of(cart_of(static_cast<int>(dice().below(shoppers))));
}

Task<std::optional<Clerk::Sale>> Clerk::any_sale() {
    const int shoppers = world_.options().shoppers;
    const auto first = static_cast<int>(dice().below(static_cast<std::size_t>(shoppers)));
    for (int i = 0; i < shoppers; ++i) {
        const OrderId id = checkout::order_of(cart_of((first + i) % shoppers));
        auto order = co_await find<order::State>(id);
        if (order) co_return Sale{id, *std::move(order)};
    }
    co_return std::nullopt;
}

}  // namespace shop::simulation
