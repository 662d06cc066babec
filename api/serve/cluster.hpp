// This process's part in a shop of several processes over one log: which partitions it serves, how
// it reaches the others, and how they reach it (docs/plans/several-processes.md).
//
//   SHOP_TRY(door, PeerDoor::open(settings));      // before the engine: its claims name the
//   address SHOP_TRY(cluster, Cluster::make(parts, …));    // observes the engine, which is not
//   started cluster->start();  …  cluster->join();         // serves nothing before
//   cluster->quit();  …  cluster->stop();  …  cluster->close();
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/config/settings.hpp"
#include "api/http/server.hpp"
#include "api/log_lines.hpp"
#include "api/metrics.hpp"
#include "api/serve/loops.hpp"
#include "events/catalog/catalog_fold.hpp"
#include "events/cluster/directory.hpp"
#include "events/local_engine.hpp"

namespace shop::api {

// kInvalid "wrong-use" if what several processes need is not all there: names what is missing.
Status require_whole(const Settings& settings);

// Whether this is one of several.
bool is_one_of_several(const Settings& settings);

// Where others come to this process.
struct PeerDoor {
    http::Listener listener;
    std::string address;  // as they reach it

    static Result<PeerDoor> open(const Settings& settings);
};

class Cluster {
  public:
    // All of it outlives the cluster.
    struct Parts {
        LocalEngine& local;
        Directory& directory;  // which hears of this process's own offices already
        CatalogFold& catalog;
        const Clock& clock;
        const Loops& loops;
        const Settings& settings;
        Metrics& metrics;
        LogLines& log;
        Partitions partitions;
    };

    // `secret` is the same for all processes of the shop.
    static Result<std::unique_ptr<Cluster>> make(const Parts& parts, PeerDoor door,
                                                 std::string_view secret);
    ~Cluster();

    // Reaches every stream, wherever it is decided.
    Engine& engine();
    // token_needs.hpp, of a partition wherever it is served.
    Task<Result<std::vector<std::string>>> needed_tokens(Executor& home, Partition partition);

    struct Counts {
        std::uint64_t calls = 0;    // of other processes
        std::uint64_t refused = 0;  // … that none of them can have made now
        std::uint64_t fights = 0;   // offices taken again from somebody who took them
    };
    Counts counts() const;

    // Answers others; hears who is in office. Errors: those of the brokers.
    Status start();
    // From now on this process is asked to serve partitions.
    Status join();
    // Hands them over to others (hand_over.hpp), and leaves what nobody took.
    void quit();
    // Once nothing new calls engine(): what others asked for ends.
    void stop();
    // The connections end, and what still waits at one; then the loops may end. While they run.
    void close();

  private:
    struct Inside;
    explicit Cluster(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace shop::api
