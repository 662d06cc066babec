// From a request to its answer, without a socket: finds the route, refuses what is wrong before any
// handler sees it, and completes the answer. One per loop; one thread.
#pragma once

#include <memory>
#include <string>

#include "api/http/request_parser.hpp"
#include "api/http/route.hpp"

namespace shop::http {

// Who may call: fills request.caller, or says why not (unauthorized, forbidden,
// too-many-requests).
class Gate {
  public:
    virtual ~Gate() = default;
    virtual Status admit(Request& request, const Route& route) = 0;
};

// Told of every answer, for counters and log lines. Must be quick.
class Witness {
  public:
    virtual ~Witness() = default;
    // `entry` is nullptr if no route served the request.
    virtual void on_answer(const Request& request, const Routes::Entry* entry,
                           const Response& response, Duration took) = 0;
};

class Dispatcher {
  public:
    // All three outlive the dispatcher. Without a gate every caller is a guest.
    Dispatcher(const Routes& routes, Gate* gate, Witness* witness);

    // The decision on a header that is whole: the route, or the refusal. The body comes later.
    struct Admission {
        const Routes::Entry* entry = nullptr;
        std::optional<Response> refusal;
        std::size_t body_bytes_max = 65'536;
    };
    Admission admit(Request& request, const Framing& framing);

    // Runs the handler; a stop may not interrupt it.
    Task<Response> answer(const Request& request, const Admission& admission);

    // What every answer carries, and the witness's share. `started` is on the steady clock.
    void complete(const Request& request, const Admission& admission, Response& response,
                  Duration took);

    // Fills request.id and request.trace: its own, or that of `traceparent` (W3C Trace Context).
    void name_request(Request& request);

  private:
    Status check_query(const Route& route, Request& request) const;
    Status check_content(const Route& route, const Request& request, const Framing& framing) const;

    const Routes& routes_;
    Gate* const gate_;
    Witness* const witness_;
    std::uint64_t random_;  // state of a generator for names, never for secrets
};

}  // namespace shop::http
