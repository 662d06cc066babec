#include "api/cluster_status.hpp"

#include <algorithm>
#include <map>

#include "projections/projectors.hpp"

namespace shop::api {
namespace {

std::vector<Partition> decided(const SlotMap& map) {
    std::vector<Partition> partitions = map.partitions().all();
    std::erase_if(partitions, [](const Partition& each) { return each.topic == Topic::kClicks; });
    return partitions;
}

}  // namespace

// A directory never forgets: what it says of this process may have been left or lost since.
std::optional<Owner> ClusterStatus::owner_of(Partition partition) const {
    std::optional<Owner> owner = of_.directory.find(partition);
    const bool is_own = owner && owner->address == of_.address;
    if (is_own == of_.engine.serves(partition)) return owner;
    if (is_own) return std::nullopt;
    return Owner{partition, 0, of_.address};  // so new that the directory has not heard of it
}

// Views hold what stands before an offset; one that another process feeds is followed.
std::optional<std::int64_t> ClusterStatus::view_lag(Partition partition, Offset end) const {
    std::optional<std::int64_t> lag;
    if (of_.views == nullptr) return lag;
    for (const std::string_view name : of_.views->names()) {
        projections::Projector& view = *of_.views->find(name);
        if (!view.reads(partition)) continue;
        const auto position = view.progress().position();
        const auto at = position->read.find(partition);
        const Offset read = at == position->read.end() ? -1 : at->second;
        lag = std::max({lag.value_or(0), end - (read + 1), std::int64_t{0}});
    }
    return lag;
}

Result<PartitionStatus> ClusterStatus::look_at(Partition partition) const {
    SHOP_TRY(saved, of_.states.checkpoint(partition));
    const Offset end = of_.log_ends.end(partition);
    PartitionStatus status{.partition = partition.to_string(),
                           .entries = end,
                           .state_lag = std::max<std::int64_t>(end - (saved.offset + 1), 0),
                           .view_lag = view_lag(partition, end)};
    const auto owner = owner_of(partition);
    if (!owner) return status;
    status.owner = owner->address;
    status.here = owner->address == of_.address;
    if (owner->term > 0) status.term = static_cast<std::int64_t>(owner->term);
    status.since = owner->since;
    return status;
}

Result<ClusterView> ClusterStatus::look() const {
    ClusterView view{of_.address, of_.is_one_of_several, {}, peers()};
    for (const Partition& partition : decided(of_.engine.slot_map())) {
        SHOP_TRY(status, look_at(partition));
        view.partitions.push_back(std::move(status));
    }
    return view;
}

std::int64_t ClusterStatus::without_owner() const {
    return std::ranges::count_if(decided(of_.engine.slot_map()),
                                 [this](const Partition& each) { return !owner_of(each); });
}

std::vector<PeerStatus> ClusterStatus::peers() const {
    std::map<std::string, std::int64_t> partitions;
    for (const Owner& owner : of_.directory.all())
        if (owner.address != of_.address) ++partitions[owner.address];
    std::vector<PeerStatus> peers;
    for (const auto& [address, count] : partitions) peers.push_back({address, count});
    return peers;
}

}  // namespace shop::api
