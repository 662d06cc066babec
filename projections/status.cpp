#include "projections/status.hpp"

#include <algorithm>

#include "projections/postgres/database.hpp"

namespace shop::projections {
namespace {

Status add_progress(postgres::Database& database, const Log& log, const Projection& projection,
                    VersionStatus& status) {
    SHOP_TRY(checkpoints, load_checkpoints(database, status.view, status.version));
    for (const Partition partition : log.partitions().all()) {
        if (!projection.reads(partition.topic)) continue;
        SHOP_TRY(end, log.end(partition));
        const auto at = checkpoints.find(partition);
        const Offset read = at == checkpoints.end() ? -1 : at->second.offset;
        status.lag += std::max<Offset>(0, end - read - 1);
        if (read < 0) continue;
        if (!status.position.empty()) status.position += ',';
        status.position += Position{partition, read}.to_string();
    }
    return {};
}

}  // namespace

Result<std::vector<VersionStatus>> load_status(postgres::Database& database, const Log& log,
                                               const Projection& projection) {
    SHOP_TRY(versions, load_versions(database, projection.name()));
    std::vector<VersionStatus> all;
    for (const ViewVersion& version : versions) {
        VersionStatus status{.view = version.view,
                             .version = version.version,
                             .code_version = version.code_version,
                             .state = version.state,
                             .stopped = version.stopped};
        SHOP_TRY_STATUS(add_progress(database, log, projection, status));
        SHOP_TRY(letters, database.query("SELECT count(*) FROM dead_letter "
                                         "WHERE view = $1 AND version = $2",
                                         {status.view, std::to_string(status.version)}));
        status.dead_letters = letters.integer(0, 0);
        all.push_back(std::move(status));
    }
    return all;
}

}  // namespace shop::projections
