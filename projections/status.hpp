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

struct VersionStatus {
    std::string view;
    int version = 0;
    int code_version = 0;
    VersionState state = VersionState::kBuilding;
    std::string stopped;
    std::int64_t lag = 0;  // entries of the log it has not read
    std::int64_t dead_letters = 0;
    std::string position;  // "catalog-0:17,commerce-3:4211"
    bool operator==(const VersionStatus&) const = default;
};
SHOP_DESCRIBE(VersionStatus, view, version, code_version, state, stopped, lag, dead_letters,
              position)

// As the admin API answers.
struct ViewVersions {
    std::vector<VersionStatus> items;
    static constexpr std::string_view kSchemaName = "ViewVersions";
    bool operator==(const ViewVersions&) const = default;
};
SHOP_DESCRIBE(ViewVersions, items)

Result<std::vector<VersionStatus>> load_status(postgres::Database& database, const Log& log,
                                               const Projection& projection);

}  // namespace shop::projections
