// A shop without views, in memory, on one thread: endpoints over the real engine, catalog and
// effects. Time stands still until a call waits for something.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/cluster_status.hpp"
#include "api/http/route.hpp"
#include "api/log_ends.hpp"
#include "api/log_lines.hpp"
#include "api/metrics.hpp"
#include "api/payment_limit.hpp"
#include "api/payments/providers.hpp"
#include "api/services.hpp"
#include "api/staff_keys.hpp"
#include "core/base/assert.hpp"
#include "events/catalog/catalog_fold.hpp"
#include "events/effects/runner.hpp"
#include "events/fd_watcher.hpp"
#include "events/keys/erasures.hpp"
#include "events/keys/key_store.hpp"
#include "events/local_engine.hpp"
#include "events/memory/memory_log.hpp"
#include "events/memory/memory_state_store.hpp"
#include "events/record.hpp"
#include "tests/support/manual_time.hpp"
#include "tests/support/meeting_engine.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::tests {

class MemoryShop {
  public:
    // `add` adds the routes under test.
    using AddRoutes = void (*)(http::Routes&, api::Services&);
    explicit MemoryShop(AddRoutes add, Partitions partitions = {1, 2, 1});
    ~MemoryShop();

    // As staff; answers once everything that was started is done.
    http::Response call(http::Method method, const std::string& path, const std::string& body,
                        const std::string& query = {});
    struct Call {
        http::Method method;
        std::string path;
        std::string body;
        std::string query = {};
        std::string key = {};         // Idempotency-Key
        std::string shop_token = {};  // of a cart
        std::string min_position = {};
    };
    // Started one after the other before anything is recorded; the answers in their order.
    std::vector<http::Response> call_together(std::vector<Call> calls);
    // … and nothing is decided before each of them has asked for its change: each has read what
    // was there before the others.
    std::vector<http::Response> call_crossing(std::vector<Call> calls);

    // Nobody calls for so long; then what is due is done, and states are saved.
    void pass(Duration by);

    // Records a command that no endpoint has, and what follows from it.
    void record(AnyCommand command);
    // What the task comes to, if it waits for nothing but records.
    template <class T>
    T run(Task<T> task) {
        std::optional<T> value;
        start(std::move(task), [&](T done) { value = std::move(done); });
        settle();
        SHOP_ASSERT(value);
        return std::move(*value);
    }
    api::Services& services() { return *services_; }

    const CatalogFold& catalog() const { return catalog_; }
    // All events, those of one partition in their order.
    std::vector<RecordedEvent> recorded() const;
    // Entries of all partitions.
    Offset log_length() const;
    // The stream as it is now; it must exist.
    template <class State>
    State state(const StreamId& id) {
        return std::get<State>(*read(id).state);
    }

  private:
    // No descriptor is ever waited for.
    struct NoWatcher final : FdWatcher {
        void when_readable(int, Function) override {}
        void when_writable(int, Function) override {}
        void forget(int) override {}
    };
    struct Running;
    std::unique_ptr<Running> begin(Call call);
    Snapshot read(const StreamId& id);
    void settle();

    TempFolder folder_;
    ManualClock clock_;
    ManualExecutor loop_{clock_};
    NoWatcher watcher_;
    MemoryLog log_;
    api::LogEnds log_ends_;
    MemoryStateStore store_;
    CatalogFold catalog_{log_};
    std::unique_ptr<LocalEngine> engine_;
    MeetingEngine meeting_place_;  // what endpoints see of it
    Directory directory_;
    OwnOffices own_offices_{directory_, clock_, "local"};
    api::ClusterStatus cluster_status_;
    Attention attention_;
    std::unique_ptr<EffectRunner> effects_;
    std::unique_ptr<KeyStore> keys_;
    Erasures erasures_{folder_.path};
    Secrets secrets_{"command ids", "cart tokens", "signing"};
    std::unique_ptr<api::StaffKeys> staff_keys_;
    api::Metrics metrics_;
    api::LogLines lines_{-1, clock_};
    api::PaymentLimit payment_limit_{clock_, 0};
    payments::Providers providers_{std::vector<std::unique_ptr<payments::Provider>>{}};
    std::unique_ptr<api::Services> services_;
    http::Routes routes_;
    int calls_ = 0;
};

}  // namespace shop::tests
