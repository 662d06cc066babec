// What operators do with the versions of a view (projector.hpp).
#include <fmt/format.h>

#include <algorithm>

#include "projections/projector_worker.hpp"

namespace shop::projections {
namespace {

template <class T>
Status without_value(const Result<T>& result) {
    if (!result) return std::unexpected(result.error());
    return {};
}

}  // namespace

Result<int> Projector::rebuild() {
    SHOP_TRY(database, connect());
    SHOP_TRY(number, begin_rebuild(database, projection_.name(), projection_.code_version()));
    SHOP_TRY(versions, look(database));
    if (!share_) SHOP_TRY_STATUS(keep_workers(database, versions));
    return number;
}

Status Projector::swap(int version) {
    const std::string_view view = projection_.name();
    SHOP_TRY(database, connect());
    SHOP_TRY(versions, load_versions(database, view));
    for (const ViewVersion& known : versions)
        if (version == 0 && known.state == VersionState::kBuilding) version = known.version;
    if (version == 0)
        return fail(ErrorCode::kConflict, "nothing-built",
                    fmt::format("No version of view {} is being built. Rebuild it first.", view));
    SHOP_TRY_STATUS(swap_to(database, view, version));
    return without_value(look(database));
}

// Of several processes each ends its worker when it sees that the version has gone.
Status Projector::drop(int version) {
    SHOP_TRY(database, connect());
    SHOP_TRY(known, load_version(database, projection_.name(), version));
    if (known.state == VersionState::kLive)
        return fail(ErrorCode::kConflict, "view-live", "The live version stays. Swap first.");
    {
        const std::lock_guard lock(workers_mutex_);
        workers_.erase(version);
    }
    SHOP_TRY_STATUS(drop_version(database, projection_.name(), version));
    return without_value(look(database));
}

Status Projector::resume(int version) {
    SHOP_TRY(database, connect());
    if (version == 0) {
        SHOP_TRY(versions, load_versions(database, projection_.name()));
        const auto stopped = std::ranges::find_if(
            versions, [](const ViewVersion& each) { return !each.stopped.empty(); });
        if (stopped == versions.end())
            return fail(ErrorCode::kConflict, "nothing-stopped",
                        fmt::format("No version of view {} has stopped.", projection_.name()));
        version = stopped->version;
    }
    SHOP_TRY_STATUS(load_version(database, projection_.name(), version));
    SHOP_TRY_STATUS(set_stopped(database, projection_.name(), version, ""));
    wake();
    return {};
}

Result<std::vector<VersionStatus>> Projector::status() const {
    SHOP_TRY(database, connect());
    SHOP_TRY(all, load_status(database, log_, projection_));
    if (share_)
        SHOP_TRY_STATUS(add_feeders(database, all));
    else
        for (VersionStatus& status : all)
            for (PartitionStatus& each : status.partitions)
                if (status.code_version == projection_.code_version()) each.fed_by = options_.name;
    return all;
}

}  // namespace shop::projections
