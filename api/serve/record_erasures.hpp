// The end of erasures that were begun, and of those that a restored backup does not know of.
#pragma once

#include <vector>

#include "events/engine.hpp"
#include "events/keys/erasures.hpp"
#include "events/task.hpp"

namespace shop::api {

// Records each of them that the log does not tell of; a customer whom it does not know is left out.
// Their keys are destroyed already. False if one could not be recorded: the next start does.
Task<bool> record_erasures(Engine& engine, Executor& home, std::vector<Erasure> erasures);

}  // namespace shop::api
