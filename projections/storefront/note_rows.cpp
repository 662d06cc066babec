#include "projections/storefront/note_rows.hpp"

#include "projections/storefront/patch.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Column;
using postgres::SetStatement;

constexpr Column kInputs[] = {
    {"order_id", "text"}, {"number", "bigint"}, {"noted_at", "timestamptz"}, {"actor_kind", "text"},
    {"actor_id", "text"}, {"person", "text"},   {"sealed", "text"}};
constexpr SetStatement kInsert{
    "insert_notes", kInputs,
    "INSERT INTO order_note (order_id, number, noted_at, actor_kind, actor_id, person, sealed) "
    "SELECT u.order_id, u.number, u.noted_at, u.actor_kind, u.actor_id, u.person, u.sealed "
    "FROM {rows}"};

}  // namespace

NoteRows::NoteRows(postgres::WriteMode mode) : rows_(kInsert, mode) {}

void NoteRows::fold(const Record& record, const RecordedEvent& event) {
    const auto* note = event.data.get_if<order::NoteAdded>();
    if (note == nullptr) return;
    rows_.text(event.stream.to_string()).integer(note->note);
    rows_.text(to_rfc3339(record.time_of(event)));
    rows_.text(enum_name(record.actor.kind)).text(record.actor.id);
    rows_.text(note->text.key).text(note->text.ciphertext);
}

Status NoteRows::write(postgres::Database& database) {
    return run(database, rows_);
}

}  // namespace shop::projections::storefront
