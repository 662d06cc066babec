#include "tests/simulation/opening.hpp"

#include "tests/simulation/clerk.hpp"
#include "tests/simulation/goods.hpp"
#include "tests/simulation/shopping.hpp"
#include "tests/simulation/staff.hpp"
#include "tests/support/shopper.hpp"

namespace shop::simulation {
namespace {

constexpr int kMakers = 3;

// Who comes when there is no rush.
void spawn_staff(World& world) {
    world.spawn(keep_stock(world));
    world.spawn(keep_assortment(world));
    world.spawn(keep_categories(world));
    world.spawn(keep_orders(world));
    world.spawn(ship_orders(world));
    world.spawn(care_for_orders(world));
    world.spawn(settle_refunds(world));
    world.spawn(keep_customers(world));
    world.spawn(forget_customers(world));
    world.spawn(write_notes(world));
    for (int i = 0; i < kMakers; ++i) world.spawn(bring_out_product(world, i));
    for (int i = 0; i < kPhoneOrders; ++i) world.spawn(sell_by_phone(world, i));
}

// Too little of it.
Task<bool> stock_what_is_sold_by_phone(Clerk& clerk) {
    for (const char* sku : kPhoneSkus) {
        co_await clerk.send(file_of(sku, 700));
        co_await clerk.send(level_of(sku, 1));
    }
    for (const char* sku : kPhoneSkus) co_await clerk.settled(product_of(sku));
    co_return true;
}

Task<bool> open_shop(World& world) {
    Clerk clerk(world, "opening");
    const auto some = [&] { return 2 + static_cast<std::int64_t>(world.dice().below(3)); };
    std::int64_t pence = 250;
    for (const char* sku : kSkus) {
        co_await clerk.send(file_of(sku, pence *= 2));
        co_await clerk.send(level_of(sku, some()));
    }
    if (!world.options().is_rush) co_await stock_what_is_sold_by_phone(clerk);
    for (const char* sku : kWantedSkus) co_await clerk.send(tests::stock_level(sku, some()));
    for (const char* sku : kSkus) co_await clerk.settled(product_of(sku));
    for (int i = 0; i < world.options().shoppers; ++i) world.spawn(shop_around(world, i));
    if (!world.options().is_rush) spawn_staff(world);
    co_return true;
}

}  // namespace

void populate(World& world) {
    world.spawn(open_shop(world));
}

}  // namespace shop::simulation
