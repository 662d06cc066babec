#include "tests/simulation/staff.hpp"

#include "tests/simulation/clerk.hpp"
#include "tests/simulation/goods.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::simulation {
namespace {

constexpr std::array<const char*, 3> kCategories = {"kitchen", "mugs", "gifts"};

product::SetPrice price_tag(const ProductId& product, const VariantId& variant, Dice& dice) {
    const auto pence = static_cast<std::int64_t>(300 + dice.below(300));
    return {product, variant, tests::price_of(tests::gbp(pence)), {"season", ""}, {}};
}

AnyCommand stock_command(Dice& dice, const std::string& delivery) {
    const StockId stock = stock_of(dice.pick(kSkus));
    const auto units = static_cast<std::int64_t>(dice.below(3));
    if (dice.chance(300)) return stock::Adjust{stock, -units - 1};
    if (dice.chance(100)) return stock::Count{stock, units, {}};
    return stock::Receive{stock, units + 1, stock::ReceiveReason::kPurchase, delivery};
}

AnyCommand category_command(Dice& dice) {
    const CategoryId category = category::category_of(dice.pick(kCategories));
    const CategoryId parent = category::category_of(dice.pick(kCategories));
    const ProductId product = product_of(dice.pick(kSkus));
    switch (dice.below(4)) {
        case 0:
            return category::Move{category, parent, 0};
        case 1:
            return category::Remove{category};
        case 2:
            return product::UnassignCategory{product, category};
        default:
            return product::AssignCategory{product, category};
    }
}

Task<bool> add_variant(Clerk& clerk, ProductId product, std::string sku) {
    product::Variant variant{.sku = sku, .inventory_item = sku};
    co_await clerk.send(product::AddVariant{product, std::move(variant), {}});
    co_await clerk.settled(product);
    co_await clerk.send(price_tag(product, product::new_variant(product, sku), clerk.dice()));
    co_return true;
}

// A slug or a SKU that others want too.
Task<bool> want_a_name(Clerk& clerk, ProductId product) {
    if (clerk.chance(500)) {
        co_await add_variant(clerk, product, clerk.dice().pick(kWantedSkus));
    } else {
        const std::string slug = clerk.dice().pick(kWantedSlugs);
        co_await clerk.send(product::ChangeSlug{product, slug, {}});
    }
    co_return true;
}

// Whoever was refused a name tries another one.
Task<bool> rename(Clerk& clerk, ProductId product, product::State state) {
    co_await want_a_name(clerk, product);
    for (const product::PricedVariant& other : state.variants)
        if (clerk.chance(500))
            co_await clerk.send(product::RemoveVariant{product, other.variant.variant_id});
    co_return true;
}

// What is promised and not there is an operator's matter until it is bought.
Task<bool> buy_what_is_missing(Clerk& clerk) {
    for (const StockId& id : all_stock()) {
        const stock::State stock = co_await clerk.stock(id);
        if (stock.short_by() > 0) co_await clerk.send(stock::Receive{id, stock.short_by()});
    }
    co_return true;
}

}  // namespace

Task<bool> keep_stock(World& world) {
    Clerk clerk(world, "storekeeper");
    for (int delivery = 1; clerk.is_at_work(); ++delivery) {
        co_await world.pause(milliseconds(500), seconds(8));
        co_await clerk.send(stock_command(world.dice(), "delivery " + std::to_string(delivery)));
    }
    co_return co_await buy_what_is_missing(clerk);
}

Task<bool> keep_assortment(World& world) {
    Clerk clerk(world, "buyer");
    while (clerk.is_at_work()) {
        co_await world.pause(milliseconds(500), seconds(8));
        const std::string sku = clerk.dice().pick(kSkus);
        const ProductId product = product_of(sku);
        const auto pence = static_cast<std::int64_t>(300 + clerk.dice().below(300));
        if (clerk.chance(500)) {
            co_await clerk.send(price_tag(product, variant_of(sku), clerk.dice()));
        } else if (clerk.chance(300)) {
            co_await clerk.send(file_of(sku, pence));
        } else if (clerk.chance(500)) {
            co_await want_a_name(clerk, product);
        } else {
            co_await clerk.send(product::Unpublish{product});
            co_await clerk.pause(seconds(3));
            co_await clerk.send(product::Publish{product});
        }
    }
    co_return true;
}

Task<bool> keep_categories(World& world) {
    Clerk clerk(world, "librarian");
    while (clerk.is_at_work()) {
        co_await world.pause(seconds(1), seconds(10));
        const std::string slug = clerk.dice().pick(kCategories);
        co_await clerk.send(category::Create{"All " + slug, slug, {}, 0});
        co_await clerk.send(category_command(clerk.dice()));
        co_await clerk.send(category_command(clerk.dice()));
    }
    co_return true;
}

Task<bool> keep_orders(World& world) {
    Clerk clerk(world, "bookkeeper");
    while (clerk.is_at_work()) {
        co_await world.pause(seconds(1), seconds(15));
        const OrderId order = clerk.any_order();
        if (clerk.chance(300)) co_await clerk.send(order::Capture{order, {"shipped", ""}});
        if (clerk.chance(300)) co_await clerk.send(order::CancelByStaff{order});
    }
    co_return true;
}

Task<bool> bring_out_product(World& world, int number) {
    const std::string name = "maker " + std::to_string(number);
    Clerk clerk(world, name);
    const ProductId product = ProductId::derive({"simulated product", name});
    const std::string sku = clerk.dice().pick(kWantedSkus);
    co_await clerk.pause(seconds(10));
    product::Created details{.title = name, .slug = clerk.dice().pick(kWantedSlugs)};
    co_await clerk.send(product::Create{product, std::move(details)});
    co_await add_variant(clerk, product, sku);
    for (int round = 0; round < 3; ++round) {
        co_await clerk.send(product::Publish{product});
        if (clerk.chance(200)) co_await clerk.send(product::Unpublish{product});
        const product::State state = co_await clerk.settled(product);
        if (state.refused) co_await rename(clerk, product, state);
        if (clerk.chance(100)) co_await clerk.send(product::Archive{product});
        co_await clerk.pause(seconds(8));
    }
    co_return true;
}

}  // namespace shop::simulation
