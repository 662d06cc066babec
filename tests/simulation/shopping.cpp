#include "tests/simulation/shopping.hpp"

#include <array>
#include <string>

#include "tests/simulation/commands.hpp"
#include "tests/simulation/goods.hpp"
#include "tests/simulation/world.hpp"
#include "tests/support/shopper.hpp"

namespace shop::simulation {
namespace {

constexpr std::array<const char*, 13> kTokens = {"tok_ok",
                                                 "tok_ok",
                                                 "tok_declined",
                                                 "tok_needs_action",
                                                 "tok_slow",
                                                 "tok_lost_after_charge",
                                                 "tok_duplicate",
                                                 "tok_lost_before_charge",
                                                 "tok_late_authorization",
                                                 "tok_wrong_amount",
                                                 "tok_refund_fails",
                                                 "tok_refund_pending",
                                                 "tok_refund_fails_late"};
constexpr int kAttemptsMax = 4;  // to pay, of a shopper without a rush

// What somebody does beside what else they do; it may well outlive them.
Task<bool> click(World& world, AnyCommand command, CommandId id) {
    co_await world.call(std::move(command), id);
    co_return true;
}
Task<bool> look(World& world, StreamId stream) {
    for (int i = 0; i < 3; ++i) {
        co_await world.pause({0}, milliseconds(5));
        co_await world.read(stream);
    }
    co_return true;
}

class Shopper {
  public:
    Shopper(World& world, int number)
        : world_(world), cart_(cart_of(number)), commands_("shopper " + std::to_string(number)) {}

    Task<bool> live() {
        co_await world_.pause({0}, world_.options().is_rush ? seconds(5) : seconds(20));
        for (AnyCommand& command : tests::ready_cart(cart_, wishes())) {
            co_await send(std::move(command));
            if (world_.dice().chance(200)) co_await world_.read(cart_);
        }
        if (!world_.options().is_rush) co_await change_mind();
        if (world_.options().is_rush || world_.dice().chance(900)) co_await buy();
        co_return true;
    }

  private:
    std::vector<tests::Wish> wishes() {
        if (world_.options().is_rush) {
            const bool other_order = world_.dice().chance(500);
            if (other_order) return {{"TEAPOT", 1}, {"MUG", 1}};
            return {{"MUG", 1}, {"TEAPOT", 1}};
        }
        std::vector<tests::Wish> wishes;
        for (const char* sku : kSkus)
            if (wishes.empty() || world_.dice().chance(500))
                wishes.push_back({sku, 1 + static_cast<std::int64_t>(world_.dice().below(3))});
        if (world_.dice().chance(300)) wishes.push_back({world_.dice().pick(kWantedSkus), 1});
        return wishes;
    }

    // Somebody else may look at the same moment: a second tab.
    Task<Result<Receipt>> send(AnyCommand command) {
        const StreamId target = target_of(command);
        if (world_.dice().chance(300)) world_.spawn(look(world_, target));
        return world_.call(std::move(command), commands_.next(cart_.slot()));
    }

    Task<bool> change_mind() {
        const Snapshot snapshot = co_await world_.read(cart_);
        if (snapshot.state == nullptr) co_return false;
        const auto& cart = std::get<cart::State>(*snapshot.state);
        if (cart.lines.empty()) co_return false;
        const LineId line = cart.lines.front().line_id;
        if (world_.dice().chance(300)) co_await send(cart::ChangeQuantity{cart_, line, 2});
        if (cart.lines.size() > 1 && world_.dice().chance(200))
            co_await send(cart::RemoveLine{cart_, line});
        co_return true;
    }

    std::string pick_token() {
        if (world_.options().is_rush) return "tok_ok";
        return world_.dice().pick(kTokens);
    }

    Task<bool> buy() {
        for (int attempt = 1;; ++attempt) {
            const bool is_last_try = world_.is_calm();
            co_await start_paying();
            const checkout::Outcome outcome = co_await outcome_of_payment();
            if (outcome.kind == checkout::OutcomeKind::kPlaced) co_return co_await own_order();
            const bool gives_up = world_.options().is_rush ? is_last_try : attempt >= kAttemptsMax;
            if (gives_up) co_return false;
            if (outcome.kind == checkout::OutcomeKind::kDeclined && world_.dice().chance(300)) {
                co_await send(order::Cancel{checkout::order_of(cart_)});
                co_return false;
            }
            if (!world_.options().is_rush && world_.dice().chance(200)) co_return false;
            co_await world_.pause(milliseconds(100), seconds(world_.options().is_rush ? 10 : 3));
        }
    }

    // Sometimes twice at once: a double click, a second tab.
    Task<bool> start_paying() {
        const checkout::Start start = tests::pay(cart_, pick_token());
        if (world_.dice().chance(world_.options().double_clicks))
            world_.spawn(click(world_, start, commands_.next(cart_.slot())));
        const auto answer = co_await send(start);
        const bool has_moved = !answer && answer.error().type == "total-changed";
        if (has_moved) co_await send(cart::Reprice{cart_});
        co_return true;
    }

    // Looks again and again, and acts at the provider's page if asked to; kPending if there is no
    // checkout under way.
    Task<checkout::Outcome> outcome_of_payment() {
        for (;;) {
            const Snapshot snapshot = co_await world_.read(checkout::checkout_of(cart_));
            if (snapshot.state == nullptr) co_return checkout::Outcome{};
            const auto& state = std::get<checkout::State>(*snapshot.state);
            checkout::Outcome outcome = checkout::checkout_outcome(state);
            using Kind = checkout::OutcomeKind;
            if (outcome.kind == Kind::kAction) act(outcome);
            if (outcome.kind != Kind::kPending && outcome.kind != Kind::kAction) co_return outcome;
            if (world_.dice().chance(5)) co_await send(order::Cancel{checkout::order_of(cart_)});
            co_await world_.pause(milliseconds(50), seconds(3));
        }
    }

    void act(const checkout::Outcome& outcome) {
        constexpr std::array<sandbox::Choice, 4> kChoices = {
            sandbox::Choice::kApprove, sandbox::Choice::kApprove, sandbox::Choice::kDecline,
            sandbox::Choice::kLeave};
        if (walked_away_ || !world_.dice().chance(400)) return;
        const auto choice = world_.dice().pick(kChoices);
        walked_away_ = choice == sandbox::Choice::kLeave;
        const std::string& url = outcome.action_url;
        world_.provider().choose(url.substr(url.rfind('/') + 1), choice);
    }

    Task<bool> own_order() {
        const OrderId order = checkout::order_of(cart_);
        if (world_.options().is_rush) co_return true;
        co_await world_.pause({0}, seconds(10));
        if (world_.dice().chance(250)) co_await send(order::Cancel{order});
        if (world_.dice().chance(250)) co_await send(order::Capture{order, {"shipped", ""}});
        if (world_.dice().chance(100)) co_await send(order::Cancel{order});
        co_await world_.read(order);
        co_return true;
    }

    World& world_;
    const CartId cart_;
    Commands commands_;
    bool walked_away_ = false;
};

}  // namespace

Task<bool> shop_around(World& world, int number) {
    Shopper shopper(world, number);
    co_return co_await shopper.live();
}

CartId cart_of(int number) {
    return CartId::derive({"simulated cart", std::to_string(number)});
}

}  // namespace shop::simulation
