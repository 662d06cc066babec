// Which payment tokens are still needed, by the keys they are sealed with.
#pragma once

#include <string>
#include <vector>

#include "core/any_state.hpp"
#include "events/engine.hpp"

namespace shop {

// Of a checkout's payments that were not sent yet, or of a payment without an end; else none.
std::vector<std::string> needed_tokens(const AnyState& state);

// Of all open streams of a partition that `engine` serves. Errors: those of Engine::open_streams()
// and read(). The engine and `home` outlive the task.
Task<Result<std::vector<std::string>>> needed_tokens(Engine& engine, Executor& home,
                                                     Partition partition);

}  // namespace shop
