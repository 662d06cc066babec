#include "api/move_log.hpp"

#include "api/serve/data_folder.hpp"
#include "events/slot_map.hpp"

namespace shop::api {
namespace {

// Both logs are closed when it returns.
Result<CopiedLog> copy(const std::filesystem::path& data, const EventLogPlace& place, LogId& id,
                       const CopyProgress& progress) {
    SHOP_TRY(from, open_event_log(data));
    const Partitions partitions = from.log->partitions();
    SHOP_TRY(identity, establish_identity(*from.log, SlotMap(partitions), {}));
    id = identity.id;
    SHOP_TRY(to, open_next_log(data, place, partitions));
    return copy_log(*from.log, *to, progress);
}

}  // namespace

Result<CopiedLog> move_log(const std::filesystem::path& data, const EventLogPlace& place,
                           const CopyProgress& progress) {
    if (!has_event_log(data))
        return fail(ErrorCode::kNotFound, "no-log",
                    "There is no shop in " + data.string() + ". Name its data folder with --data.");
    SHOP_TRY(folder, DataFolder::open(data));
    LogId id;
    SHOP_TRY(copied, copy(folder.path(), place, id, progress));
    SHOP_TRY_STATUS(switch_event_log(folder.path(), place, id));
    return copied;
}

}  // namespace shop::api
