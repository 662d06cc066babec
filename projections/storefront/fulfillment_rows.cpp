#include "projections/storefront/fulfillment_rows.hpp"

#include "core/json/encode.hpp"
#include "projections/storefront/patch.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Column;
using postgres::Database;
using postgres::RowSet;
using postgres::SetStatement;

constexpr Column kInputs[] = {{"fulfillment_id", "text"},
                              {"status", "text"},
                              {"reason", "text"},
                              {"note", "text"},
                              {"order_id", "text"},
                              {"number", "bigint"},
                              {"location", "text"},
                              {"items", "bigint"},
                              {"lines", "text"},
                              {"created_at", "timestamptz"},
                              {"carrier", "text"},
                              {"tracking", "text"},
                              {"shipped_at", "timestamptz"},
                              {"ended_at", "timestamptz"}};
constexpr SetStatement kUpsert{
    "upsert_fulfillments", kInputs,
    "INSERT INTO fulfillment AS f (fulfillment_id, order_id, number, location, status, items, "
    "lines, carrier, tracking, reason, note, created_at, shipped_at, ended_at) "
    "SELECT u.fulfillment_id, u.order_id, u.number, u.location, u.status, u.items, u.lines, "
    "u.carrier, u.tracking::text[], u.reason, u.note, u.created_at, u.shipped_at, u.ended_at "
    "FROM {rows} ON CONFLICT (fulfillment_id) DO UPDATE SET status = excluded.status, "
    "carrier = coalesce(excluded.carrier, f.carrier), "
    "tracking = coalesce(excluded.tracking, f.tracking), "
    "reason = excluded.reason, note = excluded.note, "
    "shipped_at = coalesce(excluded.shipped_at, f.shipped_at), "
    "ended_at = coalesce(excluded.ended_at, f.ended_at)"};

std::int64_t units_in(const fulfillment::Created& created) {
    std::int64_t units = 0;
    for (const fulfillment::Line& line : created.lines) units += line.quantity;
    return units;
}

void add_created(RowSet& rows, const fulfillment::Created* created) {
    if (created == nullptr) {
        rows.null().null().null().null().null();
        return;
    }
    rows.text(created->order_id.to_string()).integer(created->number).text(created->location);
    rows.integer(units_in(*created)).text(json::to_json(created->lines, json::Defaults::kOmit));
}

}  // namespace

void FulfillmentRows::fold(const Record& record, const RecordedEvent& event) {
    visit_event<fulfillment::Event>(event.data, [&]<class Event>(const Event& data) {
        if constexpr (!std::is_same_v<Event, fulfillment::EffectAnswered>) {
            const Time time = record.time_of(event);
            Fulfillment& own = fulfillments_[event.stream.to_string()];
            own.reason = data.reason;
            if constexpr (std::is_same_v<Event, fulfillment::Created>) {
                own.status = "created";
                own.created = &data;
                own.created_at = time;
            } else if constexpr (std::is_same_v<Event, fulfillment::Shipped>) {
                own.status = "shipped";
                own.shipped = &data;
                own.shipped_at = time;
            } else {
                own.ended_at = time;
                if constexpr (std::is_same_v<Event, fulfillment::Delivered>)
                    own.status = "delivered";
                else if constexpr (std::is_same_v<Event, fulfillment::Failed>)
                    own.status = "failed";
                else
                    own.status = "canceled";
            }
        }
    });
}

Status FulfillmentRows::write(Database& database) {
    RowSet rows(kUpsert, mode_);
    for (const auto& [id, own] : fulfillments_) {
        rows.text(id).text(own.status).text(own.reason.code).text(own.reason.note);
        add_created(rows, own.created);
        add(rows, own.created_at);
        if (own.shipped != nullptr)
            rows.text(own.shipped->carrier).text(postgres::array_of(own.shipped->tracking));
        else
            rows.null().null();
        add(rows, own.shipped_at);
        add(rows, own.ended_at);
    }
    return run(database, rows);
}

void FulfillmentRows::add_ids(RowSet& rows) const {
    for (const auto& [id, own] : fulfillments_) rows.text("f").text(id);
}

}  // namespace shop::projections::storefront
