// What a record says about itself to tools that know nothing of us: CloudEvents 1.0 attributes in
// Kafka headers, "binary content mode" (https://github.com/cloudevents/spec, Kafka protocol
// binding 1.0.2). The value stays the record's own bytes.
#pragma once

#include <string>
#include <string_view>

#include "events/log.hpp"

namespace shop::kafka {

struct CloudEvent {
    std::string id;            // unique within the source: term and seq, "3-k2f9x0a7mb4c/17"
    std::string source;        // the partition: "/shop/commerce-3"
    std::string_view type;     // of the record's first event: "cart.line_added"; or "claim"
    std::string_view subject;  // the first event's stream; empty for claims
    std::string_view time;     // RFC 3339; empty if the entry is not one of ours
};

// Looks at the entry's first members and its first event only. The views look into `entry`.
// An entry that is neither record nor claim is of type "foreign".
CloudEvent cloud_event_of(Partition partition, std::string_view prefix, std::string_view entry);

}  // namespace shop::kafka
