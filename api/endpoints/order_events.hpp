// GET /orders/{id}/events: the order as it is, and again with each change, as server-sent events
// (WHATWG HTML §9.2). Each event holds the whole order, so whoever comes back after a gap misses
// nothing but states in between: `Last-Event-ID` only saves what is known already.
#pragma once

#include <memory>
#include <string>

#include "api/http/body_stream.hpp"
#include "core/base/ids.hpp"

namespace shop {
class Executor;
}

namespace shop::api {

struct Services;

// `services` and `home` outlive the source.
std::unique_ptr<http::BodySource> order_events(Services& services, Executor& home, OrderId order,
                                               std::string last_event_id);

}  // namespace shop::api
