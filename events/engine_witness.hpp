// Who is told how long things take in the engine, and what it cannot do, for an operator.
// Thread-safe; must return at once.
#pragma once

#include <cstddef>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "events/log.hpp"

namespace shop {

class EngineWitness {
  public:
    virtual ~EngineWitness() = default;
    // A command got its shard's lock after so long: 0 if it was free.
    virtual void on_lock(Partition partition, Duration waited) = 0;
    // A command is durable, so long after it was decided.
    virtual void on_durable(Partition partition, Duration waited) = 0;
    // The log has taken these records of all partitions, which were given to it with one call.
    virtual void on_group(std::size_t records, Duration took) = 0;
    // A partition that is to be in office here could not be read, or not be claimed. It is tried
    // again, at least every five seconds; each try that fails is told.
    virtual void on_failed_takeover(Partition partition, const Error& error) = 0;
};

}  // namespace shop
