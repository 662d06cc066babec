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

namespace shop::postgres {
class Database;
}

namespace shop::projections {

enum class VersionState { kBuilding, kLive, kPrevious };
SHOP_DESCRIBE_ENUM(VersionState, kBuilding, kLive, kPrevious)

struct ViewVersion {
    std::string view;
    int version = 0;
    int code_version = 0;
    VersionState state = VersionState::kBuilding;
    std::int64_t generation = 0;
    std::string stopped;  // why it stopped; empty while it goes on
};

using Checkpoints = std::map<Partition, Checkpoint>;

std::string schema_of(std::string_view view, int version);

// Oldest first.
Result<std::vector<ViewVersion>> load_versions(postgres::Database& database, std::string_view view);
// kNotFound "unknown-version".
Result<ViewVersion> load_version(postgres::Database& database, std::string_view view, int version);

// Makes the next version's schema and tables in a transaction of its own, and returns its number.
// It is live at once if the view has no live version.
Result<int> create_version(postgres::Database& database, std::string_view view, int code_version);

// Drops tables, checkpoints and dead letters of a version that is not live (kConflict "view-live").
// A transaction of its own.
Status drop_version(postgres::Database& database, std::string_view view, int version);

Result<Checkpoints> load_checkpoints(postgres::Database& database, std::string_view view,
                                     int version);
Status save_checkpoints(postgres::Database& database, std::string_view view, int version,
                        const Checkpoints& checkpoints);

// The compare-and-set of a batch: true if nobody else moved the version since `generation`; it is
// then one higher and locked until the transaction ends. False also for one that was stopped.
Result<bool> advance_generation(postgres::Database& database, const ViewVersion& version);

// The view goes on no further until it is resumed (empty `reason`) or built anew. One statement.
Status set_stopped(postgres::Database& database, std::string_view view, int version,
                   std::string_view reason);

// Makes `version` the live one and the live one the previous, in a transaction of its own, once
// `version` has read at least as far in every partition. The live version is held still meanwhile.
// kUnavailable "swap-not-ready" if `version` does not catch up within a few seconds or locks are
// not to be had; kConflict "view-stopped" if it was stopped.
Status swap_to(postgres::Database& database, std::string_view view, int version);

}  // namespace shop::projections
