// What this process counts of its calls to other processes of the shop.
#pragma once

#include "api/metrics.hpp"

namespace shop::api {

// Of one registry all are the same. It outlives them.
struct PeerMeters {
    explicit PeerMeters(Metrics& metrics)
        : answered(calls(metrics, "answered")),
          unanswered(calls(metrics, "unanswered")),
          not_sent(calls(metrics, "not-sent")),
          took(metrics.histogram("shopverse_forward_seconds",
                                 "From a call to another process of the shop to its answer, but "
                                 "for calls that wait for a change.")) {}

    Counter& answered;
    Counter& unanswered;  // perhaps carried out
    Counter& not_sent;
    Histogram& took;  // of those that were answered

  private:
    static Counter& calls(Metrics& metrics, std::string_view outcome) {
        return metrics.counter("shopverse_forwarded_total", "Calls to other processes of the shop.",
                               {{"outcome", std::string(outcome)}});
    }
};

}  // namespace shop::api
