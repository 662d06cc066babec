// Who is said to be in office over a partition.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/describe.hpp"
#include "core/base/time.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/log.hpp"

namespace shop {

struct Owner {
    Partition partition;
    std::uint64_t term = 0;  // number of its term: of two that are said, the greater is the later
    std::string address;     // where its process is reached by others
    std::optional<Time> since = {};  // in office, by that process's clock, if it is told
    bool operator==(const Owner&) const = default;
};
SHOP_DESCRIBE(Owner, partition, term, address, since)

}  // namespace shop

namespace shop::json {

// "commerce-3".
void encode(Writer& writer, const Partition& partition, Defaults);
void decode(const Value& value, Partition& out, Decoding& decoding);

}  // namespace shop::json
