#include "events/cluster/owner.hpp"

namespace shop::json {

void encode(Writer& writer, const Partition& partition, Defaults) {
    writer.string(partition.to_string());
}

void decode(const Value& value, Partition& out, Decoding& decoding) {
    if (value.type() != Type::kString) return decoding.wrong_type("a string", value);
    if (const auto partition = Partition::parse(value.string()))
        out = *partition;
    else
        decoding.wrong("is no partition of the form commerce-3");
}

}  // namespace shop::json
