// The engine of a shop of several processes: each call is carried out by whoever is in office over
// its stream's partition, be it this process or another one.
//
//   this process serves the partition    LocalEngine
//   the directory knows who does         one hop to that process (peers.hpp, peer_host.hpp)
//   nobody is known, nobody answers, it is somebody else meanwhile, or has to look into the log
//                                        a pause, and again, with the same command id, until
//                                        `patience` is over
//
// A directory that is wrong costs a pause, or a refusal; never more. Only the log says who may
// write, and only a command's id that it was carried out.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/catalog/catalog_fold.hpp"
#include "events/cluster/directory.hpp"
#include "events/cluster/peer_call.hpp"
#include "events/cluster/peers.hpp"
#include "events/local_engine.hpp"

namespace shop {

struct ClusterOptions {
    Duration patience = seconds(5);  // of a call, in all
    Duration pause_first = milliseconds(20);
    Duration pause_max = milliseconds(500);
    Duration wait_max = seconds(20);  // how long another process is asked to wait at once
    bool keeps_ids = true;            // a negative control: each try has an id of its own
};

class ClusterEngine final : public Engine {
  public:
    // All of it outlives the engine.
    struct Parts {
        LocalEngine& local;
        Peers& peers;
        Directory& directory;
        const CatalogFold& catalog;
        const Clock& clock;
        std::string address;  // of this process, as the directory names it
    };

    explicit ClusterEngine(Parts parts, ClusterOptions options = {})
        : parts_(std::move(parts)), options_(options) {}

    // Beside the errors of the process that carries it out: kUnavailable "not-owner" if none did,
    // "in-doubt" if one may have, "peer-differs" if it runs another version of the program.
    Task<Result<Receipt>> submit(Executor& home, Submission submission) override;
    Task<Result<Trial>> try_out(Executor& home, Submission submission) override;
    Task<Result<Snapshot>> read(Executor& home, StreamId id) override;
    Task<Result<Snapshot>> read_at(Executor& home, StreamId id, Position position) override;
    Task<Result<Snapshot>> wait(Executor& home, StreamId id, std::uint64_t version,
                                Duration timeout) override;
    Task<Result<Called>> call(Executor& home, Submission submission, AnyCall call) override;

    // token_needs.hpp, of a partition wherever it is served. Errors: those of read().
    Task<Result<std::vector<std::string>>> needed_tokens(Executor& home, Partition partition);

    // Of the partitions served here.
    Result<std::vector<StreamId>> open_streams(Partition partition) const override {
        return parts_.local.open_streams(partition);
    }
    Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                              std::size_t limit) const override {
        return parts_.local.due_streams(partition, kind, by, limit);
    }
    // Whether somebody is known for every partition.
    Status serving() const override;
    Time now() const override { return parts_.local.now(); }
    bool clock_is_sane() const override { return parts_.local.clock_is_sane(); }

    // Nothing is tried again: whoever waits is told to ask again, once the directory has stopped,
    // and what is under way to other processes has ended.
    void stop() { is_stopping_ = true; }

  private:
    struct Errand;
    template <class T, class Here, class There>
    Task<Result<T>> ask(Executor& home, CallOf of, Duration patience, Here here, There there);
    Task<Result<std::optional<PeerAnswer>>> ask_owner(Errand& errand);
    static bool is_open_still(const Errand& errand, const PeerAnswer& answer);
    Task<bool> pause(Errand& errand);
    void note_doubt(Errand& errand, Error doubt) const;
    Status write_down(Errand& errand) const;
    void change_id(Errand& errand) const;
    Duration left(const Errand& errand) const;

    const Parts parts_;
    const ClusterOptions options_;
    std::atomic<bool> is_stopping_ = false;
};

}  // namespace shop
