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
    rows.text(enum_name(placed.source)).text(placed.channel);
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
    visit_event<order::Event>(event.data, [&]<class Event>(const Event& data) {
        if constexpr (std::is_same_v<Event, order::Placed>) {
            Order& order = orders_[event.stream.to_string()];
            order.placed = &data;
            order.placed_at = time;
            order.status = "placed";
        } else if constexpr (std::is_same_v<Event, order::Canceled>) {
            Order& order = orders_[event.stream.to_string()];
            order.canceled_at = time;
            order.status = "canceled";
        }
    });
    visit_event<payment::Event>(event.data, [&](const auto& data) {
        fold_payment(payments_[event.stream.to_string()], data, time);
    });
}

void SaleRows::fold_payment(Payment& payment, const payment::Event& event, Time time) {
    payment.changed_at = time;
    const auto sets = [&](std::string status) { payment.status = std::move(status); };
    std::visit(
        [&]<class Event>(const Event& data) {
            if constexpr (std::is_same_v<Event, payment::Initiated>) {
                payment.order_id = data.order_id.to_string();
                payment.attempt = data.attempt;
                payment.provider = data.provider;
                payment.method = data.method.type;
                payment.currency = std::string(data.amount.currency.view());
                payment.amount = data.amount.minor_units;
                payment.initiated_at = time;
                sets("initiated");
            } else if constexpr (std::is_same_v<Event, payment::Submitted>) {
                payment.provider_reference = data.provider_reference;
            } else if constexpr (std::is_same_v<Event, payment::ActionRequired>) {
                sets("action_required");
            } else if constexpr (std::is_same_v<Event, payment::Pending>) {
                sets("pending");
            } else if constexpr (std::is_same_v<Event, payment::OutcomeUnknown>) {
                if (data.operation == payment::Operation::kAuthorize) sets("unknown");
            } else if constexpr (std::is_same_v<Event, payment::Authorized>) {
                payment.provider_reference = data.provider_reference;
                payment.authorized = data.amount.minor_units;
                sets("authorized");
            } else if constexpr (std::is_same_v<Event, payment::Declined>) {
                payment.failure = data.code;
                sets("declined");
            } else if constexpr (std::is_same_v<Event, payment::AuthorizationExpired>) {
                sets("expired");
            } else if constexpr (std::is_same_v<Event, payment::Captured>) {
                payment.captured += data.amount.minor_units;
                sets("captured");
            } else if constexpr (std::is_same_v<Event, payment::CaptureFailed> ||
                                 std::is_same_v<Event, payment::VoidFailed>) {
                payment.failure = data.code;
            } else if constexpr (std::is_same_v<Event, payment::Voided>) {
                sets("voided");
            } else if constexpr (std::is_same_v<Event, payment::MismatchDetected>) {
                payment.provider_reference = data.provider_reference;
                payment.failure = "mismatch";
            } else if constexpr (std::is_same_v<Event, payment::Discovered>) {
                payment.provider = data.provider;
                payment.provider_reference = data.provider_reference;
                payment.currency = std::string(data.amount.currency.view());
                payment.amount = data.amount.minor_units;
                payment.initiated_at = time;
                sets("discovered");
            }
        },
        event);
}

Status SaleRows::write(Database& database) {
    SHOP_TRY_STATUS(write_orders(database));
    SHOP_TRY_STATUS(write_payments(database));
    return refresh_payment_status(database);
}

Status SaleRows::write_orders(Database& database) {
    RowSet placed(kPlaceOrders, mode_);
    RowSet changed(kChangeOrders, mode_);
    for (const auto& [id, order] : orders_) {
        if (order.placed == nullptr) {
            changed.text(id).text(order.status);
            add(changed, order.canceled_at);
            continue;
        }
        placed.text(id).text(order.placed->number).text(order.status);
        add(placed, order.placed_at);
        add(placed, order.canceled_at);
        add_placed(placed, *order.placed);
        std::string hash;
        if (emails_ != nullptr) {
            SHOP_TRY(found, emails_->hash_of(order.placed->party.personal));
            hash = std::move(found);
        }
        placed.text(hash);
    }
    SHOP_TRY_STATUS(run(database, placed));
    return run(database, changed);
}

Status SaleRows::write_payments(Database& database) {
    RowSet rows(kUpsertPayments, mode_);
    for (const auto& [id, payment] : payments_) {
        rows.text(id);
        add(rows, payment.order_id);
        add(rows, payment.attempt);
        add(rows, payment.provider);
        add(rows, payment.method);
        add(rows, payment.status);
        add(rows, payment.currency);
        add(rows, payment.amount);
        add(rows, payment.authorized);
        rows.integer(payment.captured);
        add(rows, payment.provider_reference);
        add(rows, payment.failure);
        add(rows, payment.initiated_at);
        rows.text(to_rfc3339(payment.changed_at));
    }
    return run(database, rows);
}

Status SaleRows::refresh_payment_status(Database& database) {
    RowSet ids(kRefreshSales, mode_);
    for (const auto& [id, order] : orders_) ids.text("o").text(id);
    for (const auto& [id, payment] : payments_) ids.text("p").text(id);
    return run(database, ids);
}

}  // namespace shop::projections::storefront
