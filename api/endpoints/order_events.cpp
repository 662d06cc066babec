#include "api/endpoints/order_events.hpp"

#include <utility>

#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/order_view.hpp"
#include "api/services.hpp"
#include "core/json/encode.hpp"
#include "events/executor.hpp"

namespace shop::api {
namespace {

constexpr Duration kLookInterval = seconds(1);  // at streams that are not waited for
constexpr Duration kLife = minutes(30);         // a browser comes back by itself

std::string event_text(const std::string& id, const OrderView& view) {
    return "id: " + id + "\nevent: order\ndata: " + json::to_json(view, json::Defaults::kWrite) +
           "\n\n";
}

class OrderEvents final : public http::BodySource {
  public:
    OrderEvents(Services& services, Executor& home, OrderId order, std::string known)
        : services_(services),
          home_(home),
          order_(order),
          known_(std::move(known)),
          until_us_(services.clock.steady().us + kLife.us) {}

    // An order that cannot be read right now may be the next time.
    Task<std::optional<std::string>> next() override {
        if (services_.clock.steady().us > until_us_) co_return std::nullopt;
        if (has_looked_) co_await wait_for_change();
        has_looked_ = true;
        const Result<OrderFacts> facts = co_await load_order(services_, home_, order_);
        if (!facts) co_return std::string();
        remember(*facts);
        std::string version = facts->version();
        if (version == known_) co_return std::string();
        const Result<OrderView> view = view_of(*facts, services_.keys);
        if (!view) co_return std::string();
        known_ = std::move(version);
        co_return event_text(known_, *view);
    }

  private:
    // Until it is placed the checkout tells of every change, then the order; payments that go on
    // behind it are looked at in between.
    void remember(const OrderFacts& facts) {
        watched_ = facts.order ? StreamId(order_) : StreamId(checkout::checkout_of(order_));
        version_ = facts.order ? facts.order.snapshot.version : facts.checkout.snapshot.version;
    }

    Task<bool> wait_for_change() {
        const auto seen = co_await services_.engine.wait(home_, watched_, version_, kLookInterval);
        co_return seen.has_value();
    }

    Services& services_;
    Executor& home_;
    const OrderId order_;
    std::string known_;  // the id of the last event the client has
    const std::int64_t until_us_;
    bool has_looked_ = false;
    StreamId watched_;
    std::uint64_t version_ = 0;
};

}  // namespace

std::unique_ptr<http::BodySource> order_events(Services& services, Executor& home, OrderId order,
                                               std::string last_event_id) {
    return std::make_unique<OrderEvents>(services, home, order, std::move(last_event_id));
}

}  // namespace shop::api
