// Who was erased is forgotten: nothing that was sealed for them can be opened, and no key was
// destroyed but theirs.
#include <algorithm>
#include <set>

#include "core/sale/person_keys.hpp"
#include "tests/simulation/audit.hpp"
#include "tests/simulation/fold.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {
namespace {

struct Erasure {
    CustomerId customer;
    Time at;
};

void must_be_closed(World& world, const Erasure& erasure, const Sealed& sealed,
                    const StreamId& where) {
    if (world.keys().can_open(sealed))
        world.complain(where.to_string() + " can be read, and " + erasure.customer.to_string() +
                       " was erased");
}

void audit_order_of(World& world, const Erasure& erasure, const OrderId& id,
                    const order::State& order) {
    must_be_closed(world, erasure, order.placed.party.personal, id);
    for (const auto& address : {order.placed.shipping_address, order.placed.billing_address})
        if (address) must_be_closed(world, erasure, address->personal, id);
}

const order::State* find_order(const Folded& folded, const OrderId& id) {
    const auto at = folded.streams.find(id);
    return at == folded.streams.end() ? nullptr : std::get_if<order::State>(&at->second.last());
}

// What was said of them in tries of an order by phone; and by guests, of whom nobody knows more, in
// those of an order that is theirs.
void audit_try(World& world, const Folded& folded, const Erasure& erasure,
               const checkout::Started& started, const StreamId& where) {
    if (!started.cart_id.is_empty()) return;
    const order::State* order = find_order(folded, started.order_id);
    const CustomerId owner = order == nullptr ? CustomerId{} : order->customer_id;
    const CustomerId& buyer = started.party.customer_id;
    if ((buyer.is_empty() ? owner : buyer) != erasure.customer) return;
    must_be_closed(world, erasure, started.party.personal, where);
    if (started.shipping_address)
        must_be_closed(world, erasure, started.shipping_address->personal, where);
}

// All that was ever written of them; notes of their orders as far as they are older.
void audit_event(World& world, const Folded& folded, const Erasure& erasure,
                 const RecordedEvent& event, Time time) {
    if (event.stream == StreamId(erasure.customer)) {
        if (const auto* known = event.data.get_if<customer::Registered>())
            must_be_closed(world, erasure, known->profile.personal, event.stream);
        if (const auto* changed = event.data.get_if<customer::ContactChanged>())
            must_be_closed(world, erasure, changed->personal, event.stream);
    }
    if (const auto* started = event.data.get_if<checkout::Started>())
        audit_try(world, folded, erasure, *started, event.stream);
    const auto* note = event.data.get_if<order::NoteAdded>();
    if (note == nullptr || time >= erasure.at) return;
    const auto& order = std::get<order::State>(folded.streams.at(event.stream).last());
    if (order.customer_id == erasure.customer)
        must_be_closed(world, erasure, note->text, event.stream);
}

void audit_erasure(World& world, const Folded& folded, const Erasure& erasure) {
    for (const auto& [id, stream] : folded.streams) {
        const auto* order = std::get_if<order::State>(&stream.last());
        if (order != nullptr && order->customer_id == erasure.customer)
            audit_order_of(world, erasure, id.as<OrderId>(), *order);
    }
    for (const FoldedRecord& each : folded.records)
        for (const RecordedEvent& event : each.record.events)
            audit_event(world, folded, erasure, event, each.record.time);
}

// Whoever an order was only tried for has nothing of its buyer's.
void audit_given(World& world, const Folded& folded, const customer::OrderAssigned& given,
                 const StreamId& to, Time time) {
    const order::State* order = find_order(folded, given.order_id);
    if (order == nullptr || order->placed_at <= time) return;
    const order::Placed& placed = order->placed;
    if (StreamId(placed.party.customer_id) == to) return;
    for (const std::string& key :
         sale::person_keys(placed.party, placed.shipping_address, placed.billing_address))
        if (std::ranges::find(given.keys, key) != given.keys.end())
            world.complain(to.to_string() + " has " + key + " of " + given.order_id.to_string() +
                           ", which was sold to somebody else");
}

}  // namespace

void audit_personal(World& world, const Folded& folded) {
    std::set<std::string> listed;
    for (const FoldedRecord& each : folded.records)
        for (const RecordedEvent& event : each.record.events) {
            if (const auto* given = event.data.get_if<customer::OrderAssigned>())
                audit_given(world, folded, *given, event.stream, each.record.time);
            const auto* erased = event.data.get_if<customer::Erased>();
            if (erased == nullptr) continue;
            listed.insert(erased->keys.begin(), erased->keys.end());
            audit_erasure(world, folded, {event.stream.as<CustomerId>(), each.record.time});
        }
    for (const std::string& key : world.keys().destroyed())
        if (!listed.contains(key))
            world.complain(key + " was destroyed, and nobody was erased with it");
}

}  // namespace shop::simulation
