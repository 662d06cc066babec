// A member of staff of a simulated shop, as the work of each of them needs it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/commands.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {

class Clerk {
  public:
    Clerk(World& world, std::string name) : world_(world), commands_(std::move(name)) {}

    // Now and then the same once more, under the same id: did it work?
    Task<Result<Receipt>> send(AnyCommand command);
    // The same with the id that was drawn for it.
    Task<Result<Receipt>> send(AnyCommand command, CommandId id);
    CommandId next_id(Slot slot) { return commands_.next(slot); }
    // The stream, if it is there.
    template <class State>
    Task<std::optional<State>> find(StreamId id) {
        const Snapshot snapshot = co_await world_.read(id);
        const auto* state = std::get_if<State>(snapshot.state.get());
        if (state == nullptr) co_return std::nullopt;
        co_return *state;
    }
    // The stock item, which is there.
    Task<stock::State> stock(StockId id);
    // The product, once it waits for no key.
    Task<product::State> settled(ProductId product);

    // Every order that somebody makes, or has made.
    std::vector<OrderId> all_orders() const;
    OrderId any_order() { return dice().pick(all_orders()); }
    // One that was placed, if there is one.
    struct Sale {
        OrderId id;
        order::State order;
    };
    Task<std::optional<Sale>> any_sale();

    Task<bool> pause(Duration most) { return world_.pause({0}, most); }
    bool chance(int per_mille) { return world_.dice().chance(per_mille); }
    Dice& dice() { return world_.dice(); }
    bool is_at_work() const { return !world_.is_calm(); }
    // What was sold last leaves the house later.
    bool is_in_overtime() const { return !world_.is_calm(kOvertime); }

  private:
    static constexpr Duration kOvertime = seconds(15);

    World& world_;
    Commands commands_;
    std::optional<Position> seen_;  // of the catalog, which is one partition
};

}  // namespace shop::simulation
