// The keys of payment tokens die with the definite end of their payments: nobody can read a token
// from the log that nobody needs any more.
//
// A payment's state drops its token in the record of its end; until then its checkout, or the
// payment itself, tells under which key it is sealed. A process that dies between record and key,
// or loses power before the disk has it, leaves the key: so each start tells which keys are still
// needed, and all others of that time go.
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
    // Of all keys of tokens that earlier processes made, these are still needed.
    std::function<void(std::unordered_set<std::string> keys)> keep;
};

class TokenKeys {
  public:
    // Made before the engine takes commands: what is open then is so for good.
    TokenKeys(Engine& engine, Executor& loop, const SlotMap& map, TokenPorts ports);

    // A stream as it is now. Returns payments that may have ended with it: they are to be followed
    // too.
    std::vector<PaymentId> follow(const StreamId& stream, const AnyState& state);
    // The partition's payments whose keys are still needed for all that is known here: one that was
    // somebody else's for a while may have ended there.
    std::vector<PaymentId> payments_of(Partition partition) const;

    // Tells which of the old keys are still needed, once. False if that could not be found out now;
    // one call at a time.
    Task<bool> sweep();
    bool is_swept() const { return is_swept_; }

  private:
    Engine& engine_;
    Executor& loop_;
    const SlotMap& map_;
    const TokenPorts ports_;
    // What was open at the start; nothing if the state store could not tell: then old keys stay
    // until the next one.
    const std::optional<std::vector<StreamId>> open_at_start_;
    std::unordered_map<PaymentId, std::string> keys_;  // of tokens that are still needed
    bool is_swept_ = false;
};

}  // namespace shop
