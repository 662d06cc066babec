// The end of erasures that were begun, and of those that a restored backup does not know of.
#pragma once

#include <stop_token>
#include <vector>

#include "api/erase_keys.hpp"
#include "events/engine.hpp"
#include "events/keys/erasures.hpp"
#include "events/task.hpp"
#include "events/worker.hpp"

namespace shop::api {

struct ErasurePorts {
    Engine& engine;
    Worker& erasing;  // waits for the disk
    ErasingParts parts;
    std::stop_token stop;  // asked to on the home's thread: the engine is called no more
};

// Records each of them that the log does not tell of; a customer whom it does not know is left out,
// and so is what expires, which the effect runner sees to.
// Their keys are destroyed already; those that came after an erasure was listed, and before it was
// recorded, are listed and destroyed here. False if one could not be recorded: the next start does.
Task<bool> record_erasures(ErasurePorts ports, Executor& home, std::vector<Erasure> erasures);

}  // namespace shop::api
