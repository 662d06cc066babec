// The keys of payment tokens die with the definite end of their payments: nobody can read a token
// from the log that nobody needs any more.
//
// A payment's state drops its token in the record of its end; until then its checkout, or the
// payment itself, tells under which key it is sealed. A process that dies between record and key,
// or loses power before the disk has it, leaves the key. So now and then somebody tells which keys
// are still needed, and of the others those go that a dead process has made: where one process has
// them all, at each start, and all from before it; where several share them, whoever is in office
// over the first catalog partition, once an hour (decision 0024).
//
// One thread: the loop's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "events/engine.hpp"
#include "events/slot_map.hpp"

namespace shop {

struct TokenPorts {
    // A payment needs its token no more, nor the key that the token is sealed with.
    std::function<void(const std::string& key)> end;
    // Of all keys of tokens that earlier processes made, or dead ones, these are still needed.
    std::function<void(std::unordered_set<std::string> keys)> keep;
    // Where several processes share keys: the keys that open streams of a partition need, whoever
    // is in office over it (token_needs.hpp).
    std::function<Task<Result<std::vector<std::string>>>(Partition)> needed = nullptr;
};

class TokenKeys {
  public:
    static constexpr Duration kSweepEvery = hours(1);  // of shared ones

    // Made before the engine takes commands: what is open then is so for good.
    TokenKeys(Engine& engine, Executor& loop, const SlotMap& map, TokenPorts ports);

    // A stream as it is now. Returns payments that may have ended with it: they are to be followed
    // too.
    std::vector<PaymentId> follow(const StreamId& stream, const AnyState& state);
    // The partition's payments whose keys are still needed for all that is known here: one that was
    // somebody else's for a while may have ended there.
    std::vector<PaymentId> payments_of(Partition partition) const;

    // Whether somebody is to be told now which keys are needed, and it is for this process to tell;
    // `leads`: it is in office over the first catalog partition.
    bool is_sweep_due(Duration steady, bool leads) const;
    // Tells it. False if it could not be found out now; one call at a time.
    Task<bool> sweep(Duration steady);

  private:
    Task<bool> sweep_own();
    Task<bool> sweep_shared();

    Engine& engine_;
    Executor& loop_;
    const SlotMap& map_;
    const TokenPorts ports_;
    // What was open at the start; nothing if the state store could not tell: then old keys stay
    // until the next one.
    const std::optional<std::vector<StreamId>> open_at_start_;
    std::unordered_map<PaymentId, std::string> keys_;  // of tokens that are still needed
    std::optional<Duration> swept_at_;
};

}  // namespace shop
