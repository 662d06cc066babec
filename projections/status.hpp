// What `shopverse project status` and the admin API show of a view's versions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "events/log.hpp"
#include "projections/projection.hpp"
#include "projections/view_store.hpp"

namespace shop::projections {

struct PartitionStatus {
    std::string partition;
    std::string position;  // of the entry that was read last; empty: none
    std::int64_t lag = 0;  // entries of the log that were not read
    std::string fed_by;    // which process; empty: none
    static constexpr std::string_view kSchemaName = "ViewPartition";
    bool operator==(const PartitionStatus&) const = default;
};
SHOP_DESCRIBE(PartitionStatus, partition, position, lag, fed_by)

struct VersionStatus {
    std::string view;
    int version = 0;
    int code_version = 0;
    VersionState state = VersionState::kBuilding;
    std::string stopped;
    std::int64_t lag = 0;  // entries of the log it has not read
    std::int64_t dead_letters = 0;
    std::string position;  // "catalog-0:17,commerce-3:4211"
    std::vector<PartitionStatus> partitions;
    bool operator==(const VersionStatus&) const = default;
};
SHOP_DESCRIBE(VersionStatus, view, version, code_version, state, stopped, lag, dead_letters,
              position, partitions)

// As the admin API answers.
struct ViewVersions {
    std::vector<VersionStatus> items;
    static constexpr std::string_view kSchemaName = "ViewVersions";
    bool operator==(const ViewVersions&) const = default;
};
SHOP_DESCRIBE(ViewVersions, items)

Result<std::vector<VersionStatus>> load_status(postgres::Database& database, const Log& log,
                                               const Projection& projection);
// Which of several processes feeds what (share.hpp).
Status add_feeders(postgres::Database& database, std::vector<VersionStatus>& versions);

}  // namespace shop::projections
