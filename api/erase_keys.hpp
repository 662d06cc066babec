// Erasing in a running shop.
#pragma once

#include <filesystem>
#include <span>

#include "api/log_lines.hpp"
#include "api/metrics.hpp"
#include "events/keys/erasures.hpp"
#include "events/keys/key_store.hpp"

namespace shop::api {

struct ErasingParts {
    Erasures& list;
    KeyStore& keys;
    LogLines& log;
    Metrics& metrics;
};

// How many keys were found damaged when they were to be destroyed. Told from the start, as 0.
Counter& damaged_keys(Metrics& metrics);

// carry_out() (events/keys/erasures.hpp), and tells the log which copies of the list could not be
// written, and which keys are damaged. Waits for the disk, as all here; thread-safe.
Status erase_keys(const ErasingParts& parts, std::span<const Erasure> erasures);

// The same of what expires, of which the streams with a damaged key are named.
Status erase_keys(const ErasingParts& parts, std::span<const ExpiringStream> expiring, Time now);

// Which copies of the list could not be written: a warning each.
void tell_copies(const ErasingParts& parts, std::span<const std::filesystem::path> failed);

// Once more, at the start, what is listed: an old copy of the keys may have been put back.
Status destroy_again(const ErasingParts& parts, std::span<const Erasure> erasures);

}  // namespace shop::api
