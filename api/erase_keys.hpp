// Erasing in a running shop.
#pragma once

#include <span>

#include "api/log_lines.hpp"
#include "events/keys/erasures.hpp"
#include "events/keys/key_store.hpp"

namespace shop::api {

struct ErasingParts {
    Erasures& list;
    KeyStore& keys;
    LogLines& log;
};

// carry_out() (events/keys/erasures.hpp), and tells the log which copies of the list could not be
// written. Waits for the disk; thread-safe.
Status erase_keys(const ErasingParts& parts, std::span<const Erasure> erasures);

}  // namespace shop::api
