// What was sold, shipped, credited and given back, and what was paid for it.
#include <algorithm>
#include <map>

#include "tests/simulation/audit.hpp"
#include "tests/simulation/fold.hpp"
#include "tests/simulation/world.hpp"
#include "tests/support/books/books.hpp"

namespace shop::simulation {
namespace {

// An order of which nothing was canceled, credited or refused to go back: the provider has what it
// comes to. Else at least what was taken and what is still to be taken.
void audit_money_of(World& world, const OrderId& id, const tests::SaleSums& sums) {
    const sandbox::Book& book = world.provider().book();
    const std::int64_t there = tests::held_for(book, id);
    const std::int64_t taken = tests::taken_for(book, id);
    const std::int64_t least = taken + std::max<std::int64_t>(sums.left(), 0);
    const bool is_as_sold = sums.canceled == 0 && sums.credited == 0 && !sums.is_canceled;
    if (there < least || (is_as_sold && there != sums.due()))
        world.complain(id.to_string() + " comes to " +
                       std::to_string(is_as_sold ? sums.due() : least) + ", the provider has " +
                       std::to_string(there));
}

// Money for what is no order at all.
void audit_strays(World& world, const Folded& folded) {
    std::map<std::string, std::int64_t> held;
    for (const sandbox::Movement& movement : world.provider().book().movements({})) {
        const auto order = OrderId::parse(movement.order);
        if (order && folded.streams.contains(*order)) continue;
        held[movement.order] += tests::held_by(movement);
    }
    for (const auto& [id, amount] : held)
        if (amount != 0)
            world.complain("the provider holds " + std::to_string(amount) + " for " + id +
                           ", which is no order");
}

}  // namespace

void audit_sales(World& world, const Folded& folded) {
    for (const std::string& key : world.provider().charged_twice())
        world.complain(key + " was charged twice");
    audit_strays(world, folded);
    tests::Sums sums;
    for (const FoldedRecord& each : folded.records)
        for (const RecordedEvent& event : each.record.events) sums.take(event.stream, event.data);
    const LastStates states(folded);
    tests::check_at_rest(sums, states, world.provider().book());
    for (const tests::Fault& fault : sums.faults)
        world.complain(fault.of.to_string() + ": " + fault.sentence);
    for (const auto& [id, sale] : sums.sales)
        if (states.find<order::State>(id) != nullptr) audit_money_of(world, id, sale);
}

}  // namespace shop::simulation
