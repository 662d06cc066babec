// What endpoints work with. Each event loop has its own Services, routes and endpoints, so that
// what belongs to an endpoint is touched by one thread only; what is shared (engine, catalog, keys,
// …) is thread-safe by itself.
//
// An endpoint file has one function that adds its routes, named in endpoints/all.cpp:
//
//   void add_cart_routes(http::Routes& routes, Services& services);
//
// Handlers are free coroutines `Task<http::Response> add_line(Services&, const http::Request&)`;
// both arguments outlive them.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/time.hpp"

namespace shop {
class Attention;
class Catalog;
class CatalogFold;
class Clock;
class Engine;
class Erasures;
class Executor;
class FdWatcher;
class KeyStore;
class Log;
class RocksDbLog;
struct Secrets;
namespace payments {
class Providers;
}
namespace postgres {
class Pipeline;
}
class Worker;
namespace projections {
class PageCache;
class Projector;
class Projectors;
namespace storefront {
class Reader;
}
}  // namespace projections
}  // namespace shop

namespace shop::api {

class ClusterStatus;
class Metrics;
class LogEnds;
class LogLines;
class PaymentLimit;
class StaffKeys;

struct Services {
    Executor& home;
    FdWatcher& watcher;
    Engine& engine;                       // events/engine.hpp
    const Catalog& catalog;               // core/catalog/catalog.hpp
    CatalogFold& catalog_fold;            // events/catalog/: the same, to wait for and by slug
    KeyStore& keys;                       // events/keys/key_store.hpp
    Erasures& erasures;                   // events/keys/erasures.hpp
    const Secrets& secrets;               // events/keys/secrets.hpp
    const Clock& clock;                   // events/executor.hpp
    StaffKeys& staff_keys;                // staff_keys.hpp
    Metrics& metrics;                     // metrics.hpp
    LogLines& log;                        // log_lines.hpp
    const LogEnds& log_ends;              // log_ends.hpp
    const Attention& attention;           // events/effects/attention.hpp
    const ClusterStatus& cluster_status;  // cluster_status.hpp
    // Views; all of these are nullptr without --postgres.
    postgres::Pipeline* reads;                    // on this loop
    projections::storefront::Reader* storefront;  // on this loop
    projections::PageCache* pages;                // of this loop
    projections::Projector* projector;            // of the storefront
    projections::Projectors* views;               // of every view
    Worker* view_worker;                          // for what blocks on the database
    payments::Providers& providers;               // payments/providers.hpp; of this loop
    PaymentLimit& payment_limit;                  // payment_limit.hpp
    Duration payment_time;                        // of each checkout that starts
    std::filesystem::path data;                   // the shop's folder
    std::filesystem::path backups;                // below it they may be made
    std::string origin;  // "http://localhost:8080": where shoppers come back to

    // What operators may look into; nullptr: not in this process. And the same, if it can be backed
    // up from here.
    const Log* event_log = nullptr;
    const RocksDbLog* embedded_log = nullptr;
    bool is_one_of_several = false;  // processes of the shop
};

}  // namespace shop::api
