#include "projections/storefront/credit_note_rows.hpp"

#include <set>

#include "core/json/encode.hpp"
#include "projections/storefront/patch.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Column;
using postgres::Database;
using postgres::RowSet;
using postgres::SetStatement;

constexpr Column kRequestedInputs[] = {{"credit_note_id", "text"}, {"requested_at", "timestamptz"},
                                       {"order_id", "text"},       {"order_ids", "text"},
                                       {"customer_id", "text"},    {"external_system", "text"},
                                       {"external_id", "text"},    {"reverses", "text"},
                                       {"reason", "text"},         {"note", "text"},
                                       {"currency", "text"},       {"items", "bigint"},
                                       {"tax", "bigint"},          {"total", "bigint"},
                                       {"lines", "text"}};
constexpr SetStatement kRequest{
    "request_credit_notes", kRequestedInputs,
    "INSERT INTO credit_note (credit_note_id, requested_at, order_id, order_ids, customer_id, "
    "external_system, external_id, reverses, reason, note, currency, items, tax, total, lines) "
    "SELECT u.credit_note_id, u.requested_at, u.order_id, u.order_ids::text[], u.customer_id, "
    "u.external_system, u.external_id, u.reverses, u.reason, u.note, u.currency, u.items, u.tax, "
    "u.total, u.lines FROM {rows} ON CONFLICT (credit_note_id) DO NOTHING"};

constexpr Column kChangeInputs[] = {{"credit_note_id", "text"},
                                    {"number", "bigint"},
                                    {"issued_at", "timestamptz"},
                                    {"settled", "bigint"}};
constexpr SetStatement kChange{
    "change_credit_notes", kChangeInputs,
    "UPDATE credit_note n SET number = coalesce(u.number, n.number), "
    "issued_at = coalesce(u.issued_at, n.issued_at), settled = n.settled + u.settled "
    "FROM {rows} WHERE n.credit_note_id = u.credit_note_id"};

std::int64_t units_in(const credit_note::Requested& note) {
    std::int64_t units = 0;
    for (const credit_note::Line& line : note.lines)
        if (line.line.kind == sale::LineKind::kItem) units += line.line.quantity;
    return units;
}

// The orders that the note takes something back of.
std::set<std::string> orders_of(const credit_note::Requested& note) {
    std::set<std::string> orders;
    if (!note.order_id.is_empty()) orders.insert(note.order_id.to_string());
    for (const credit_note::Line& line : note.lines)
        if (!line.order_id.is_empty()) orders.insert(line.order_id.to_string());
    return orders;
}

}  // namespace

void CreditNoteRows::fold(const Record& record, const RecordedEvent& event) {
    visit_event<credit_note::Event>(event.data, [&]<class Event>(const Event& data) {
        const std::string id = event.stream.to_string();
        const Time time = record.time_of(event);
        if constexpr (std::is_same_v<Event, credit_note::Requested>) {
            requested_[id] = {&data, time};
        } else if constexpr (std::is_same_v<Event, credit_note::Issued>) {
            changes_[id].number = data.number;
            changes_[id].issued_at = time;
        } else if constexpr (std::is_same_v<Event, credit_note::Settled>) {
            changes_[id].settled += data.amount.minor_units;
        } else if constexpr (std::is_same_v<Event, credit_note::Reopened>) {
            changes_[id].settled -= data.amount.minor_units;
        } else {
            static_assert(std::is_same_v<Event, credit_note::EffectAnswered>);
        }
    });
}

Status CreditNoteRows::write(Database& database) {
    SHOP_TRY_STATUS(write_requested(database));
    return write_changes(database);
}

Status CreditNoteRows::write_requested(Database& database) {
    RowSet rows(kRequest, mode_);
    for (const auto& [id, requested] : requested_) {
        const credit_note::Requested& note = *requested.note;
        const sale::External external = note.external.value_or(sale::External{});
        rows.text(id).text(to_rfc3339(requested.time)).text(note.order_id.to_string());
        rows.text(postgres::array_of(orders_of(note))).text(note.customer_id.to_string());
        rows.text(external.system).text(external.id).text(note.reverses.to_string());
        rows.text(note.reason.code).text(note.reason.note);
        rows.text(note.totals.total.currency.view()).integer(units_in(note));
        rows.integer(note.totals.tax.minor_units).integer(note.totals.total.minor_units);
        rows.text(json::to_json(note.lines, json::Defaults::kOmit));
    }
    return run(database, rows);
}

Status CreditNoteRows::write_changes(Database& database) {
    RowSet rows(kChange, mode_);
    for (const auto& [id, change] : changes_) {
        rows.text(id);
        add(rows, change.number);
        add(rows, change.issued_at);
        rows.integer(change.settled);
    }
    return run(database, rows);
}

}  // namespace shop::projections::storefront
