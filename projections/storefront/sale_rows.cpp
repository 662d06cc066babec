#include "projections/storefront/sale_rows.hpp"

#include "core/json/encode.hpp"
#include "projections/storefront/patch.hpp"
#include "projections/storefront/sale_sql.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Database;
using postgres::RowSet;

std::int64_t units_in(const order::Placed& placed) {
    std::int64_t units = 0;
    for (const sale::Line& line : placed.lines)
        if (line.kind == sale::LineKind::kItem) units += line.quantity;
    return units;
}

// Where the goods go; the invoice's country for what is not shipped.
std::string country_of(const order::Placed& placed) {
    if (placed.shipping_address) return placed.shipping_address->country;
    return placed.billing_address ? placed.billing_address->country : std::string();
}

void add_placed(RowSet& rows, const order::Placed& placed) {
    const sale::External external = placed.external.value_or(sale::External{});
    rows.text(placed.number).text(enum_name(placed.source)).text(placed.channel);
    rows.text(external.system).text(external.id);
    rows.text(placed.checkout_id.to_string()).text(placed.cart_id.to_string());
    rows.text(placed.party.customer_id.to_string());
    rows.text(placed.party.personal.key).text(placed.party.personal.ciphertext);
    rows.text(country_of(placed)).text(placed.totals.total.currency.view());
    rows.integer(units_in(placed)).integer(placed.totals.items.minor_units);
    rows.integer(placed.totals.discount.minor_units);
    rows.integer(placed.totals.shipping.minor_units).integer(placed.totals.tax.minor_units);
    rows.integer(placed.totals.total.minor_units);
    rows.text(json::to_json(placed.lines, json::Defaults::kOmit));
    rows.text(placed.access_token_hash);
}

}  // namespace

void SaleRows::fold(const Record& record, const RecordedEvent& event) {
    const Time time = record.time_of(event);
    const std::string id = event.stream.to_string();
    visit_event<order::Event>(event.data, [&](const auto& data) { fold_order(id, data, time); });
    if (const auto* erased = event.data.get_if<customer::Erased>())
        destroyed_keys_.insert(erased->keys.begin(), erased->keys.end());
}

// What is placed is kept as a pointer, so this takes the event itself, not a copy as a variant.
template <class Event>
void SaleRows::fold_order(const std::string& id, const Event& data, Time time) {
    if constexpr (std::is_same_v<Event, order::Placed>) {
        placed_[id] = {&data, time};
    } else if constexpr (std::is_same_v<Event, order::Confirmed>) {
        changes_[id].confirmed_at = time;
    } else if constexpr (std::is_same_v<Event, order::Canceled>) {
        changes_[id].canceled_at = time;
    } else if constexpr (std::is_same_v<Event, order::Held>) {
        changes_[id].hold = std::string(enum_name(data.hold));
    } else if constexpr (std::is_same_v<Event, order::HoldReleased>) {
        changes_[id].hold = "";
    } else if constexpr (std::is_same_v<Event, order::CustomerAssigned>) {
        changes_[id].customer_id = data.customer_id.to_string();
    } else if constexpr (std::is_same_v<Event, order::LinesCredited>) {
        changes_[id].credited += data.amount.minor_units;
        changes_[id].given += data.given.minor_units;
    } else if constexpr (std::is_same_v<Event, order::LinesCanceled>) {
        changes_[id].canceled += data.amount.minor_units;
        for (const order::LineAmount& line : data.lines)
            canceled_units_[{id, line.line_id.to_string()}] += line.quantity;
    } else {
        static_assert(std::is_same_v<Event, order::EffectAnswered> ||
                      std::is_same_v<Event, order::NoteAdded> ||
                      std::is_same_v<Event, order::PaymentAdded> ||
                      std::is_same_v<Event, order::CreditSettled>);
    }
}

Status SaleRows::write(Database& database) {
    SHOP_TRY_STATUS(write_placed(database));
    SHOP_TRY_STATUS(write_changes(database));
    RowSet units(kCancelUnits, mode_);
    for (const auto& [line, quantity] : canceled_units_)
        units.text(line.first).text(line.second).integer(quantity);
    SHOP_TRY_STATUS(run(database, units));
    RowSet keys(kForgetPersons, mode_);
    for (const std::string& key : destroyed_keys_) keys.text(key);
    return run(database, keys);
}

Status SaleRows::write_placed(Database& database) {
    RowSet rows(kPlaceOrders, mode_);
    for (const auto& [id, order] : placed_) {
        rows.text(id).text(to_rfc3339(order.time));
        add_placed(rows, *order.placed);
        std::string hash;
        if (emails_ != nullptr) {
            SHOP_TRY(found, emails_->hash_of(order.placed->party.personal));
            hash = std::move(found);
        }
        rows.text(hash);
    }
    return run(database, rows);
}

Status SaleRows::write_changes(Database& database) {
    RowSet rows(kChangeOrders, mode_);
    for (const auto& [id, change] : changes_) {
        rows.text(id);
        add(rows, change.confirmed_at);
        add(rows, change.canceled_at);
        add(rows, change.hold);
        add(rows, change.customer_id);
        rows.integer(change.canceled).integer(change.credited).integer(change.given);
    }
    return run(database, rows);
}

Status SaleRows::refresh(Database& database, const PaymentRows& payments,
                         const FulfillmentRows& fulfillments) const {
    RowSet ids(kRefreshSales, mode_);
    payments.add_ids(ids);
    fulfillments.add_ids(ids);
    return run(database, ids);
}

}  // namespace shop::projections::storefront
