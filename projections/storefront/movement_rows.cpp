#include "projections/storefront/movement_rows.hpp"

#include <optional>
#include <string>

#include "projections/storefront/patch.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Column;
using postgres::Database;
using postgres::RowSet;
using postgres::SetStatement;

constexpr Column kInputs[] = {
    {"stock_id", "text"},  {"version", "bigint"}, {"moved_at", "timestamptz"},
    {"kind", "text"},      {"units", "bigint"},   {"on_hand", "bigint"},
    {"counted", "bigint"}, {"reason", "text"},    {"note", "text"},
    {"document", "text"},  {"order_id", "text"},  {"actor_kind", "text"},
    {"actor_id", "text"}};
constexpr SetStatement kInsert{
    "insert_movements", kInputs,
    "INSERT INTO stock_movement (stock_id, version, moved_at, kind, units, on_hand, counted, "
    "reason, note, document, order_id, actor_kind, actor_id) "
    "SELECT u.stock_id, u.version, u.moved_at, u.kind, u.units, u.on_hand, u.counted, u.reason, "
    "u.note, u.document, u.order_id, u.actor_kind, u.actor_id FROM {rows}"};

struct Movement {
    std::string_view kind;
    std::int64_t units = 0;
    std::int64_t on_hand = 0;
    std::optional<std::int64_t> counted = {};
    std::string_view reason = {};
    std::string_view note = {};
    std::string document = {};
    OrderId order_id = {};
};

std::optional<Movement> movement_of(const stock::Received& data) {
    return Movement{.kind = "received",
                    .units = data.quantity,
                    .on_hand = data.quantity,
                    .reason = enum_name(data.reason),
                    .note = data.note,
                    .document = data.reference};
}

std::optional<Movement> movement_of(const stock::Adjusted& data) {
    return Movement{.kind = "adjusted",
                    .units = data.delta,
                    .on_hand = data.delta,
                    .counted = data.counted,
                    .reason = enum_name(data.reason),
                    .note = data.note};
}

std::optional<Movement> movement_of(const stock::Shipped& data) {
    return Movement{.kind = "shipped",
                    .units = -data.quantity,
                    .on_hand = -data.taken,
                    .document = data.fulfillment_id.to_string(),
                    .order_id = data.order_id};
}

std::optional<Movement> movement_of(const stock::Restocked& data) {
    const bool is_back = data.disposition == stock::Disposition::kSellable;
    return Movement{.kind = "restocked",
                    .units = data.quantity,
                    .on_hand = is_back ? data.quantity : 0,
                    .reason = enum_name(data.disposition),
                    .document = data.document.to_string(),
                    .order_id = data.order_id};
}

// What only promises units, or opens the item, moves nothing.
template <class Event>
std::optional<Movement> movement_of(const Event&) {
    return std::nullopt;
}

}  // namespace

MovementRows::MovementRows(postgres::WriteMode mode) : rows_(kInsert, mode) {}

void MovementRows::fold(const Record& record, const RecordedEvent& event) {
    visit_event<stock::Event>(event.data, [&](const auto& data) {
        const auto movement = movement_of(data);
        if (!movement) return;
        rows_.text(event.stream.to_string()).integer(static_cast<std::int64_t>(event.version));
        rows_.text(to_rfc3339(record.time_of(event))).text(movement->kind);
        rows_.integer(movement->units).integer(movement->on_hand);
        add(rows_, movement->counted);
        rows_.text(movement->reason).text(movement->note).text(movement->document);
        rows_.text(movement->order_id.to_string());
        rows_.text(enum_name(record.actor.kind)).text(record.actor.id);
    });
}

Status MovementRows::write(Database& database) {
    return run(database, rows_);
}

}  // namespace shop::projections::storefront
