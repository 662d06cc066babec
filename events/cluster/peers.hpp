// How a call reaches another process of the shop, and its answer comes back. A port: HTTP between
// processes, a network with faults in tests.
#pragma once

#include <expected>
#include <string>

#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop {

enum class SendFailure {
    kNotSent,   // it was surely not carried out
    kNoAnswer,  // perhaps it was: ask again, with the same command id
};

enum class CallKind {
    kCall,  // answered as soon as it can be
    kWait,  // answered when something changes: it must not stand in others' way
};

// Thread-safe.
class Peers {
  public:
    virtual ~Peers() = default;

    // Hands `call` (append_call) to the process at `address`, which answers (append_answer) within
    // `patience`. The answer is that process's own, and answers this call. Resumes on `home`.
    virtual Task<std::expected<std::string, SendFailure>> send(Executor& home, std::string address,
                                                               CallKind kind, std::string call,
                                                               Duration patience) = 0;
};

}  // namespace shop
