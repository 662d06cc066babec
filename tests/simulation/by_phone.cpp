// Staff sells by phone, as the API does it (api/endpoints/place_order.cpp), step by step.
#include <array>
#include <string>
#include <utility>

#include "tests/simulation/clerk.hpp"
#include "tests/simulation/goods.hpp"
#include "tests/simulation/staff.hpp"
#include "tests/support/shopper.hpp"

namespace shop::simulation {
namespace {

const Reason kStaff{"phone", ""};
constexpr int kTriesMax = 6;
constexpr std::array<const char*, 6> kTokens = {
    "tok_ok", "tok_ok", "tok_ok", "tok_declined", "tok_slow", "tok_lost_after_charge"};

class Call {
  public:
    Call(World& world, int number, std::string clerk)
        : world_(world), clerk_(world, std::move(clerk)), order_(phone_order(number)) {}

    // For a customer, or for a guest who is never the same.
    Task<bool> place() {
        checkout::PlaceOrder command;
        command.order = order_;
        const bool is_guests = clerk_.chance(500);
        if (!is_guests) command.party.customer_id = any_customer(clerk_.dice());
        const std::string key = co_await key_for(command.party.customer_id);
        const auto contact = world_.keys().seal(key, "Contact");
        if (key.empty() || !contact) co_return false;  // erased
        command.party.personal = *contact;
        command.shipping_address = sale::Address{"GB", "SW1A", Sealed{key, "Address"}};
        if (!is_guests && !co_await give_earlier_tries_to(command)) co_return false;
        if (clerk_.chance(500)) co_await clerk_.pause(seconds(2));  // something else comes first
        command.lines.push_back(some_goods());
        const std::string token = clerk_.dice().pick(kTokens);
        command.payment = tests::pay(checkout::cart_of(order_), token).payment;
        command.reason = kStaff;
        co_await clerk_.send(std::move(command));
        co_return true;
    }

    // Until it is placed, or has failed, or a card was declined.
    Task<checkout::OutcomeKind> outcome() {
        for (;;) {
            const auto state = co_await clerk_.find<checkout::State>(checkout::checkout_of(order_));
            if (!state) co_return checkout::OutcomeKind::kPending;
            const auto kind = checkout_outcome(*state).kind;
            if (kind != checkout::OutcomeKind::kPending) co_return kind;
            co_await world_.pause(milliseconds(50), seconds(3));
        }
    }

    Task<bool> goods_arrive() {
        for (const char* sku : kPhoneSkus) co_await clerk_.send(stock::Receive{stock_of(sku), 1});
        co_return true;
    }
    Task<bool> give_up() {
        co_await clerk_.send(order::CancelByStaff{order_});
        co_return true;
    }
    Clerk& clerk() { return clerk_; }

  private:
    // Empty: nobody, any more.
    Task<std::string> key_for(CustomerId id) {
        if (id.is_empty()) co_return world_.keys().new_key();
        const auto customer = co_await clerk_.find<customer::State>(id);
        co_return customer ? customer->profile.personal.key : std::string();
    }

    // They have the keys of guests' tries before theirs begins.
    Task<bool> give_earlier_tries_to(checkout::PlaceOrder& command) {
        const auto before = co_await clerk_.find<checkout::State>(checkout::checkout_of(order_));
        if (!before || !before->is_closed() || before->guest_keys.empty()) co_return true;
        command.customer_keys = before->guest_keys;
        const auto given = co_await clerk_.send(customer::AssignOrder{
            command.party.customer_id, order_, command.customer_keys, kStaff});
        co_return given.has_value();
    }

    checkout::OrderLine some_goods() {
        checkout::OrderLine line;
        line.sku = clerk_.dice().pick(kPhoneSkus);
        line.quantity = 1 + static_cast<std::int64_t>(clerk_.dice().below(2));
        return line;
    }

    World& world_;
    Clerk clerk_;
    const OrderId order_;
};

// Somebody else takes the next call, about the same order.
Task<bool> call_too(World& world, int number, std::string name) {
    Call call(world, number, std::move(name));
    co_return co_await call.place();
}

}  // namespace

OrderId phone_order(int number) {
    return OrderId::derive({"simulated phone order", std::to_string(number)});
}

Task<bool> sell_by_phone(World& world, int number) {
    const std::string name = "phone " + std::to_string(number);
    Call call(world, number, name);
    co_await world.pause(milliseconds(500), seconds(10));
    for (int tries = 1; tries <= kTriesMax; ++tries) {
        if (call.clerk().chance(500))
            world.spawn(call_too(world, number, name + ", beside " + std::to_string(tries)));
        co_await call.place();
        const auto outcome = co_await call.outcome();
        if (outcome == checkout::OutcomeKind::kPlaced) co_return true;
        if (outcome == checkout::OutcomeKind::kDeclined && call.clerk().chance(300))
            co_await call.give_up();
        if (call.clerk().chance(150)) co_return false;
        if (call.clerk().chance(300)) co_await call.goods_arrive();
        co_await world.pause(milliseconds(100), seconds(8));
    }
    co_return true;
}

}  // namespace shop::simulation
