// Who serves which partition of the log, as far as this process knows, and how far its own copies
// are behind: what `shopverse cluster status` shows. The same for a shop of one process, which
// serves all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/log_ends.hpp"
#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "events/cluster/directory.hpp"
#include "events/local_engine.hpp"
#include "events/state_store.hpp"

namespace shop::projections {
class Projectors;
}

namespace shop::api {

struct PartitionStatus {
    std::string partition;
    std::optional<std::string> owner;      // address of its process; nothing: nobody is known
    bool here = false;                     // that is this process
    std::optional<std::int64_t> term;      // number of its owner's claim: the greater is the later
    std::optional<Time> since;             // in office, by its owner's clock
    std::int64_t entries = 0;              // durable in the log, as far as this process has seen
    std::int64_t state_lag = 0;            // … not in its state store: to be read to take office
    std::optional<std::int64_t> view_lag;  // … not in the view furthest behind; of views it feeds
    bool operator==(const PartitionStatus&) const = default;
};
SHOP_DESCRIBE(PartitionStatus, partition, owner, here, term, since, entries, state_lag, view_lag)

// Another process, and how many partitions it is said to serve.
struct PeerStatus {
    std::string address;
    std::int64_t partitions = 0;
    bool operator==(const PeerStatus&) const = default;
};
SHOP_DESCRIBE(PeerStatus, address, partitions)

struct ClusterView {
    std::string address;  // of this process, as others reach it; "local" of one that is alone
    bool is_one_of_several = false;
    std::vector<PartitionStatus> partitions;  // all that are decided
    std::vector<PeerStatus> peers;
    static constexpr std::string_view kSchemaName = "Cluster";
    bool operator==(const ClusterView&) const = default;
};
SHOP_DESCRIBE(ClusterView, address, is_one_of_several, partitions, peers)

// Thread-safe.
class ClusterStatus {
  public:
    // All of it outlives the object.
    struct Sources {
        const LocalEngine& engine;
        const Directory& directory;
        const LogEnds& log_ends;
        const StateStore& states;
        projections::Projectors* views;  // nullptr without Postgres
        std::string address;             // of this process, as the directory names it
        bool is_one_of_several = false;
    };
    explicit ClusterStatus(Sources sources) : of_(std::move(sources)) {}

    // Asks no other process, but this one's state store: errors are its.
    Result<ClusterView> look() const;
    // Decided partitions that nobody is known to serve.
    std::int64_t without_owner() const;
    // Other processes that are known to serve something.
    std::vector<PeerStatus> peers() const;

  private:
    std::optional<Owner> owner_of(Partition partition) const;
    std::optional<std::int64_t> view_lag(Partition partition, Offset end) const;
    Result<PartitionStatus> look_at(Partition partition) const;

    const Sources of_;
};

}  // namespace shop::api
