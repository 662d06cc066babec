#include "projections/status.hpp"

#include <algorithm>

#include "projections/dead_letters.hpp"
#include "projections/postgres/database.hpp"
#include "projections/share.hpp"

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
        PartitionStatus part{.partition = partition.to_string(),
                             .lag = std::max<Offset>(0, end - read - 1)};
        if (read >= 0) part.position = Position{partition, read}.to_string();
        status.lag += part.lag;
        if (read >= 0 && !status.position.empty()) status.position += ',';
        status.position += part.position;
        status.partitions.push_back(std::move(part));
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
        SHOP_TRY(letters, DeadLetters::count(database, status.view, status.version));
        status.dead_letters = static_cast<std::int64_t>(letters);
        all.push_back(std::move(status));
    }
    return all;
}

Status add_feeders(postgres::Database& database, std::vector<VersionStatus>& versions) {
    std::vector<std::int64_t> locks;
    for (VersionStatus& version : versions)
        for (PartitionStatus& part : version.partitions) {
            const auto partition = Partition::parse(part.partition);
            locks.push_back(feeder_lock(version.view, version.code_version, *partition));
        }
    SHOP_TRY(holders, load_lock_holders(database, locks));
    std::size_t at = 0;
    for (VersionStatus& version : versions)
        for (PartitionStatus& part : version.partitions)
            if (const auto holder = holders.find(locks[at++]); holder != holders.end())
                part.fed_by = holder->second.name;
    return {};
}

}  // namespace shop::projections
