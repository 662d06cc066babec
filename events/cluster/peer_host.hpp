// Carries out what other processes of the shop ask this one, and answers.
//
// It asks the engine of this process alone, never another process: what does not belong here is
// answered with whoever is known to be in office. So no call goes round in circles, whatever
// directories say.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "events/catalog/catalog_fold.hpp"
#include "events/cluster/directory.hpp"
#include "events/cluster/peer_call.hpp"
#include "events/slot_map.hpp"

namespace shop {

// Thread-safe.
class PeerHost {
  public:
    // All of it outlives the host.
    struct Parts {
        Engine& own;
        CatalogFold& catalog;
        Directory& directory;
        const SlotMap& map;
        std::string address;  // of this process, as the directory names it
        // From now on this process is to serve the partition; false: it will not. On any thread.
        std::function<bool(Partition)> take = [](Partition) { return false; };
    };

    explicit PeerHost(Parts parts) : parts_(std::move(parts)) {}

    // The answer (append_answer) to a call (append_call), on `home`, after `patience` at the
    // latest: then a refusal "in-doubt", while what was begun goes on. A call that was decided by
    // somebody who had seen more of the catalog waits for it, at most a second: kUnavailable
    // "log-lags".
    Task<std::string> answer(Executor& home, std::string call, Duration patience);

    // Calls that were begun and have not ended. Whoever ends the host waits until there are none.
    int under_way() const { return under_way_; }

  private:
    Task<PeerAnswer> carry_out(Executor& home, PeerCall call);
    Task<PeerAnswer> carry_out(Executor& home, SubmitCall call);
    Task<PeerAnswer> carry_out(Executor& home, TryCall call);
    Task<PeerAnswer> carry_out(Executor& home, EffectCall call);
    Task<PeerAnswer> carry_out(Executor& home, ReadCall call);
    Task<PeerAnswer> carry_out(Executor& home, WaitCall call);
    Task<PeerAnswer> carry_out(Executor& home, TakeCall call);
    Task<PeerAnswer> carry_out(Executor& home, TokensCall call);
    bool has(Partition partition) const;
    std::optional<Owner> owner_after(const TakeCall& call) const;
    Task<PeerAnswer> in_time(Executor& home, Duration patience, Task<PeerAnswer> task);
    PeerAnswer pointing_on(Partition partition, PeerAnswer answer) const;

    const Parts parts_;
    std::atomic<int> under_way_ = 0;
};

}  // namespace shop
