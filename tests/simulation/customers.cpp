// What staff does about people: as the API does it (api/endpoints/), step by step.
#include <algorithm>

#include "core/sale/person_keys.hpp"
#include "tests/simulation/clerk.hpp"
#include "tests/simulation/staff.hpp"

namespace shop::simulation {
namespace {

const Reason kStaff{"staff", ""};
constexpr int kCustomers = 3;

CustomerId customer_of(int number) {
    return CustomerId::derive({"simulated customer", std::to_string(number)});
}

bool is_conflict(const Result<Receipt>& answer) {
    return !answer && answer.error().code == ErrorCode::kConflict;
}

// The customer has it first; whoever had it before lets go last, and for no repetition.
Task<Result<Receipt>> try_assign(Clerk& clerk, OrderId id, CustomerId customer) {
    const auto order = co_await clerk.find<order::State>(id);
    if (!order) co_return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    const auto assignable = order::check_assignable(*order, customer);
    if (!assignable) co_return std::unexpected(assignable.error());
    const std::vector<std::string> keys = order->personal_keys();
    const auto taken = co_await clerk.send(customer::AssignOrder{customer, id, keys, kStaff});
    if (!taken) co_return taken;
    const auto answer = co_await clerk.send(order::AssignCustomer{id, customer, keys, kStaff});
    const CustomerId before = order->customer_id;
    const bool is_done = answer && !answer->replayed;
    if (is_done && !before.is_empty() && before != customer)
        co_await clerk.send(customer::UnassignOrder{before, id, kStaff});
    co_return answer;
}

Task<bool> assign(Clerk& clerk, OrderId id, CustomerId customer) {
    for (int tries = 0; tries < 5; ++tries)
        if (!is_conflict(co_await try_assign(clerk, id, customer))) break;
    co_return true;
}

// The keys are gone before it is recorded. An order that is assigned at this moment brings keys of
// its own: they go in the next try; and those of one that is taken from them were theirs.
Task<bool> erase(Clerk& clerk, Keys& keys, CustomerId id) {
    std::vector<std::string> all;
    for (;;) {
        const auto customer = co_await clerk.find<customer::State>(id);
        if (!customer) co_return false;
        sale::add_new_keys(all, customer->all_keys());
        if (customer->status != customer::Status::kErased) keys.destroy(all);
        if (!is_conflict(co_await clerk.send(customer::Erase{id, all, kStaff}))) co_return true;
    }
}

// With the order's last key that is there still, or a new one, which its customer must have first.
Task<Result<Receipt>> try_note(Clerk& clerk, Keys& keys, OrderId id) {
    const auto order = co_await clerk.find<order::State>(id);
    if (!order) co_return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    const std::vector<std::string> known = order->own_keys();
    const std::string last = known.empty() || clerk.chance(300) ? keys.new_key() : known.back();
    const Sealed text = keys.seal(last, "A note").value_or(Sealed{keys.new_key(), "A note"});
    const bool is_new = std::ranges::find(known, text.key) == known.end();
    if (is_new && !order->customer_id.is_empty()) {
        const auto given = co_await clerk.send(
            customer::AssignOrder{order->customer_id, id, {text.key}, {"note", ""}});
        if (!given && given.error().type != "customer-erased") co_return given;
    }
    co_return co_await clerk.send(order::AddNote{id, text, order->customer_id});
}

Task<bool> change_contact(Clerk& clerk, Keys& keys, CustomerId id) {
    const auto customer = co_await clerk.find<customer::State>(id);
    if (!customer || customer->profile.personal.is_empty()) co_return false;
    const auto sealed = keys.seal(customer->profile.personal.key, "Ada, at another address");
    if (!sealed) co_return false;
    co_await clerk.send(
        customer::ChangeContact{.customer = id, .personal = sealed, .reason = kStaff});
    co_return true;
}

}  // namespace

CustomerId any_customer(Dice& dice) {
    return customer_of(static_cast<int>(dice.below(kCustomers)));
}

Task<bool> keep_customers(World& world) {
    Clerk clerk(world, "registrar");
    for (int i = 0; i < kCustomers; ++i) {
        const Sealed personal = world.keys().seal(world.keys().new_key(), "Ada").value();
        co_await clerk.send(customer::Register{customer_of(i), {.personal = personal}, kStaff});
    }
    while (clerk.is_at_work()) {
        co_await world.pause(milliseconds(500), seconds(5));
        if (clerk.chance(800))
            co_await assign(clerk, clerk.any_order(), any_customer(clerk.dice()));
        else
            co_await change_contact(clerk, world.keys(), any_customer(clerk.dice()));
    }
    co_return true;
}

Task<bool> forget_customers(World& world) {
    Clerk clerk(world, "privacy officer");
    co_await world.pause(seconds(5), seconds(25));
    while (clerk.is_at_work()) {
        co_await erase(clerk, world.keys(), any_customer(clerk.dice()));
        co_await world.pause(seconds(5), seconds(25));
    }
    co_return true;
}

Task<bool> write_notes(World& world) {
    Clerk clerk(world, "telephone");
    while (clerk.is_at_work()) {
        co_await world.pause(milliseconds(500), seconds(6));
        const OrderId order = clerk.any_order();
        for (int tries = 0; tries < 5; ++tries)
            if (!is_conflict(co_await try_note(clerk, world.keys(), order))) break;
    }
    co_return true;
}

}  // namespace shop::simulation
