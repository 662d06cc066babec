#include "tests/simulation/clerk.hpp"

#include <algorithm>

#include "tests/simulation/shopping.hpp"
#include "tests/simulation/staff.hpp"

namespace shop::simulation {

Task<Result<Receipt>> Clerk::send(AnyCommand command) {
    const CommandId id = next_id(target_of(command).slot());
    co_return co_await send(std::move(command), id);
}

Task<Result<Receipt>> Clerk::send(AnyCommand command, CommandId id) {
    const auto answer = co_await world_.call(command, id, ActorKind::kStaff, seen_);
    if (answer && chance(100)) co_await world_.call(command, id, ActorKind::kStaff, seen_);
    if (answer && answer->position.partition.topic == Topic::kCatalog)
        seen_ = std::max(seen_.value_or(answer->position), answer->position);
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

std::vector<OrderId> Clerk::all_orders() const {
    std::vector<OrderId> all;
    for (int i = 0; i < world_.options().shoppers; ++i)
        all.push_back(checkout::order_of(cart_of(i)));
    if (world_.options().is_rush) return all;
    for (int i = 0; i < kPhoneOrders; ++i) all.push_back(phone_order(i));
    return all;
}

Task<std::optional<Clerk::Sale>> Clerk::any_sale() {
    const std::vector<OrderId> all = all_orders();
    const std::size_t first = dice().below(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const OrderId id = all[(first + i) % all.size()];
        auto order = co_await find<order::State>(id);
        if (order) co_return Sale{id, *std::move(order)};
    }
    co_return std::nullopt;
}

}  // namespace shop::simulation
