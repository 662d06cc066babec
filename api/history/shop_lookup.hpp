// What the shop has already of the things that records of history tell or name.
//
// One thread: the executor's. It outlives its last call.
#pragma once

#include <optional>
#include <string>

#include "api/history/history_records.hpp"
#include "api/history/sold_order.hpp"
#include "events/engine.hpp"
#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop {
class CatalogFold;
}

namespace shop::history {

class ShopLookup {
  public:
    struct Parts {
        Engine& engine;
        const CatalogFold& catalog;
        Executor& home;
    };
    // `system` is what the records' shop system is called.
    ShopLookup(const Parts& parts, std::string system)
        : parts_(parts), system_(std::move(system)) {}

    Task<bool> knows_product(std::string sku);
    Task<bool> knows_customer(std::string id);
    // What is left of the order of that id. With the record that tells it: once all that the record
    // says is done, for an import that was cut off may have placed it and not yet paid it.
    Task<std::optional<SoldOrder>> find_order(std::string id, const Order* record = nullptr);

    // Whether all that the record tells is in the shop. Of a product nothing is known without
    // sending it: false.
    Task<bool> has(const HistoryRecord* record);

    Time now() const { return parts_.engine.now(); }

  private:
    Task<bool> has_one(const Product*) { return ready(false); }
    Task<bool> has_one(const Customer* customer) { return knows_customer(customer->id); }
    Task<bool> has_one(const Receipt* receipt);
    Task<bool> has_one(const Adjustment* adjustment);
    Task<bool> has_one(const Order* order);
    Task<bool> has_one(const CreditNote* note);
    Task<bool> has_one(const Payment* payment);
    Task<bool> has_one(const Refund* refund);
    Task<bool> has_moved(std::string sku, std::string key);
    Task<bool> is_erased(CustomerId id);
    Task<bool> exists(StreamId id);
    // As it is now; none that cannot be read.
    Task<Snapshot> read(StreamId id);

    const Parts parts_;
    const std::string system_;
};

}  // namespace shop::history
