// The versions of views, as the database keeps them: their tables, their checkpoints, which one is
// live. Functions over one connection; whoever calls owns the transaction unless said otherwise.
//
// A version's tables live in a schema of its own, <view>_<version>, so that a projection's SQL is
// the same for every version and only the search path differs. Readers use the stable SQL views in
// the schema <view>, one per table, which show the live version.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "events/log.hpp"
#include "events/reader_rules.hpp"
#include "projections/postgres/database.hpp"

namespace shop::projections {

enum class VersionState { kBuilding, kLive, kPrevious };
SHOP_DESCRIBE_ENUM(VersionState, kBuilding, kLive, kPrevious)

struct ViewVersion {
    std::string view;
    int version = 0;
    int code_version = 0;
    VersionState state = VersionState::kBuilding;
    std::int64_t made = 0;  // which making of it: numbers of dropped versions are given again
    std::string stopped;    // why it stopped; empty while it goes on
};

using Checkpoints = std::map<Partition, Checkpoint>;
using Offsets = std::map<Partition, Offset>;

std::string schema_of(std::string_view view, int version);

// Oldest first.
Result<std::vector<ViewVersion>> load_versions(postgres::Database& database, std::string_view view);
// kNotFound "unknown-version".
Result<ViewVersion> load_version(postgres::Database& database, std::string_view view, int version);

// Make the next version's schema and tables in a transaction of their own, and return its number.
// It is live at once if the view has no live version. Other processes may do the same: one at a
// time.
Result<int> create_version(postgres::Database& database, std::string_view view, int code_version);
// Only if this program's code has made none; else all is well as it is.
Status ensure_version(postgres::Database& database, std::string_view view, int code_version);
// kConflict "already-building" if one is being built.
Result<int> begin_rebuild(postgres::Database& database, std::string_view view, int code_version);

// Drops tables, checkpoints and dead letters of a version that is not live (kConflict "view-live").
// A transaction of its own; waits for those of runners.
Status drop_version(postgres::Database& database, std::string_view view, int version);

Result<Checkpoints> load_checkpoints(postgres::Database& database, std::string_view view,
                                     int version);
// Where a version begins: at the start of those partitions that have no checkpoint yet.
Status begin_checkpoints(postgres::Database& database, const ViewVersion& version,
                         const Checkpoints& missing);

// A runner's transaction: the version is neither swapped nor dropped while it lasts.
Result<postgres::Transaction> begin_batch(postgres::Database& database, const ViewVersion& version);
// Whether the version is still the one that was loaded, and has not been stopped.
Result<bool> goes_on(postgres::Database& database, const ViewVersion& version);
// The compare-and-set of a batch: moves checkpoints to `to`, and is true, if each of them still
// stands at `from` and the version goes on. Until the transaction ends, others wait who would move
// them. If it is false, the transaction must be rolled back.
Result<bool> move_checkpoints(postgres::Database& database, const ViewVersion& version,
                              const Offsets& from, const Checkpoints& to);

// The view goes on no further until it is resumed (empty `reason`) or built anew. One statement.
Status set_stopped(postgres::Database& database, std::string_view view, int version,
                   std::string_view reason);

// Makes `version` the live one and the live one the previous, in a transaction of its own, once
// `version` has read at least as far in every partition. The live version is held still meanwhile,
// for about a second at most. kUnavailable "swap-too-early" if `version` is far behind, and
// "swap-not-ready" if it does not catch up in that time, or locks are not to be had; kConflict
// "view-stopped" if it was stopped.
Status swap_to(postgres::Database& database, std::string_view view, int version);

}  // namespace shop::projections
