#include "projections/storefront/source_locks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "projections/postgres/database.hpp"

namespace shop::projections::storefront {
namespace {

enum class Need { kNone, kShared, kAlone };

struct Needs {
    Need goods = Need::kNone;
    Need persons = Need::kNone;

    void add(const RecordedEvent& event) {
        switch (event.stream.kind) {
            case StreamKind::kProduct:
                goods = Need::kAlone;
                break;
            case StreamKind::kStock:
                goods = std::max(goods, Need::kShared);
                break;
            case StreamKind::kOrder:
                persons = std::max(persons, Need::kShared);
                break;
            default:
                if (event.data.get_if<customer::Erased>() != nullptr) persons = Need::kAlone;
        }
    }
    void add(const Record& record) {
        for (const RecordedEvent& event : record.events) add(event);
    }
};

// Of the version whose schema comes first in the search path.
void append_lock(std::string& sql, Need need, std::string_view name) {
    if (need == Need::kNone) return;
    sql += fmt::format(
        "{}pg_advisory_xact_lock{}(hashtextextended(current_schema()::text || ' {}', 0))",
        sql.empty() ? "SELECT " : ", ", need == Need::kAlone ? "" : "_shared", name);
}

// Always in the same order, so that nobody waits for somebody who waits for him.
Status lock(postgres::Database& database, const Needs& needs) {
    std::string sql;
    append_lock(sql, needs.goods, "goods");
    append_lock(sql, needs.persons, "persons");
    return sql.empty() ? Status{} : database.execute(sql);
}

}  // namespace

Status lock_sources(postgres::Database& database, std::span<const ViewRecord> batch) {
    Needs needs;
    for (const ViewRecord& record : batch) needs.add(record.record);
    return lock(database, needs);
}

Status lock_sources(postgres::Database& database, const Record& record) {
    Needs needs;
    needs.add(record);
    return lock(database, needs);
}

Status lock_goods(postgres::Database& database) {
    return lock(database, {.goods = Need::kAlone});
}

}  // namespace shop::projections::storefront
