// A projection: how one view is derived from the log. It names its tables' SQL file, says which
// records it cares for, and turns a batch of them into row changes. The runner (runner.hpp) does
// the rest: reading, transactions, checkpoints, dead letters.
//
// To be independent of the order between partitions, each source writes its own columns or tables,
// sums are integers, and what joins two sources is computed anew from both whenever either changes.
//
// Batches of different partitions may be applied at the same moment, in transactions that do not
// see each other. Whatever joins two sources has to keep the other one still while it is computed:
// by a lock, taken before anything is read (storefront/source_locks.hpp).
//
// A new projection: its header and source, a line in registry.cpp, migrations/projections/<name>
// .sql, a test.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "events/log.hpp"
#include "events/record.hpp"
#include "projections/row_set.hpp"

namespace shop::postgres {
class Database;
}

namespace shop::projections {

// A valid record and where it stands.
struct ViewRecord {
    Position position;
    Record record;
};

// What cached pages depend on (generations.hpp): hashes of names such as "product:<slug>".
using Touched = std::vector<std::uint64_t>;

class Projection {
  public:
    virtual ~Projection() = default;

    // Of the view: of its SQL file, its stable schema and its versions' schemas.
    virtual std::string_view name() const = 0;
    // Raised when the same records give other rows, or the tables change: the view is then built
    // anew.
    virtual int code_version() const = 0;
    virtual bool reads(Topic topic) const = 0;
    // A cheap look at an entry's bytes: false only if apply() would do nothing with it. The others
    // are not even decoded.
    virtual bool wants(std::string_view entry) const = 0;

    // Writes what the records change. Called inside the runner's transaction, with the version's
    // schema first in the search path; a record may come again after a rollback, never after a
    // commit. Records of one partition come in order. Immutable: keeps nothing between batches.
    virtual Status apply(postgres::Database& database, std::span<const ViewRecord> batch,
                         postgres::WriteMode mode, Touched& touched) const = 0;

    // Of a record that is put aside, what must come to pass all the same: who was erased is
    // forgotten, whatever else of them waits. Called like apply(), alone; what fails changes
    // nothing.
    virtual Status forget(postgres::Database&, const Record&) const { return {}; }

    // apply() writes what is right at the time of its records. Where the passing of time alone
    // makes rows wrong: whether there are any, and writing some of them as they are right now.
    // Asked about once a second, and until there are none; called like apply().
    virtual Result<bool> is_stale(postgres::Database&, Time) const { return false; }
    virtual Status refresh(postgres::Database&, Time, postgres::WriteMode, Touched&) const {
        return {};
    }
};

}  // namespace shop::projections
