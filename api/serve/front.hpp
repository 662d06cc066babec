// The shop's HTTP side: for each loop its own routes, connection to the views and payment
// providers; and the server before them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/config/settings.hpp"
#include "api/event_log.hpp"
#include "api/http/server.hpp"
#include "api/serve/loops.hpp"
#include "api/services.hpp"
#include "core/effect.hpp"
#include "events/task.hpp"

namespace shop::api {

// What all loops share; all of it outlives the front.
struct Shared {
    Engine& engine;
    CatalogFold& catalog;
    KeyStore& keys;
    Erasures& erasures;
    const Secrets& secrets;
    const Clock& clock;
    StaffKeys& staff_keys;
    PaymentLimit& payment_limit;
    Metrics& metrics;
    LogLines& log;
    const LogEnds& log_ends;
    projections::Projectors* views;  // nullptr without Postgres, as the next
    Worker* view_worker;
    const EventLog& events;
    const Attention& attention;
    const Settings& settings;
    const ClusterStatus& cluster_status;
};

class Front {
  public:
    // The loops run, and outlive it, but for stop(). It listens, but accepts nothing before open().
    static Result<std::unique_ptr<Front>> make(const Shared& shared, const Loops& loops);
    ~Front();

    // Calls the provider that the call names; on the main loop.
    Task<payment::ProviderResult> perform(EffectId key, AnyCall call);

    // "http://127.0.0.1:8080"
    std::string address() const;
    void open();
    // Accepts no more and waits for what is under way. True if all of it has ended.
    bool drain(Duration limit);
    // Ends what lives on the loops, while they run; nothing may wait on them any more.
    void stop();

  private:
    struct Lane;
    Front() = default;

    std::vector<std::unique_ptr<Lane>> lanes_;
    std::unique_ptr<http::Server> server_;
    std::string host_;
};

}  // namespace shop::api
