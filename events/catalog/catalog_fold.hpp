// The catalog as every process keeps it in memory: products, categories and settings, folded from
// all of the catalog's partitions, at most a moment behind them.
//
//   CatalogFold catalog(log);
//   SHOP_TRY_STATUS(catalog.load(store));    // at the start: the state store, and the log's tail
//   engine.add_observer(catalog);            // which tells it how much there is to read
//   SHOP_TRY_STATUS(catalog.catch_up());     // nothing is decided on less than that
//   catalog.start();  …  catalog.stop();     // joins its thread
//
// The simulation does not start() it, but calls step() itself.
//
// Thread-safe, but for load(), catch_up() and step(): one thread, and not while it is started.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/catalog/catalog.hpp"
#include "events/engine.hpp"
#include "events/executor.hpp"
#include "events/log_reader.hpp"
#include "events/state_store.hpp"
#include "events/task.hpp"
#include "events/timed_wait.hpp"

namespace shop {

class CatalogFold final : public Catalog, public CommitObserver {
  public:
    // Hears, on the folding thread, why the log cannot be read on; once for each reason.
    using Alarm = std::function<void(const Error&)>;
    // The log outlives the fold.
    explicit CatalogFold(const Log& log, Alarm alarm = {});
    ~CatalogFold() override;

    // Takes what the store holds of the catalog, then reads the log's tail. A store that belongs to
    // another history is passed over, and the log read from its beginning. Errors: those of
    // LogReader.
    Status load(const StateStore& store);

    // Reads what is new, on the caller's thread. kUnavailable "log-lags" if the log does not show
    // yet all that the fold was told of.
    Status catch_up();
    // True if it was told of more than it holds.
    bool is_behind() const;
    // Reads what is new if it is behind, or failed to before; false if there is nothing to do.
    bool step();

    void start();
    void stop();

    // ---- Catalog --------------------------------------------------------------------------------
    std::shared_ptr<const CatalogProduct> find_product(const ProductId& id) const override;
    std::shared_ptr<const CatalogProduct> find_sku(std::string_view sku) const override;
    std::shared_ptr<const category::State> find_category(const CategoryId& id) const override;
    std::shared_ptr<const CatalogSettings> settings() const override;

    // A product with a variant of that SKU, whatever its status, but a published one before all
    // others; nullptr if there is none.
    std::shared_ptr<const CatalogProduct> find_any_sku(std::string_view sku) const;
    // The product that owns the slug, be it its slug of today or one before; nullptr if none does.
    std::shared_ptr<const CatalogProduct> find_slug(std::string_view slug) const;
    // The product that owns the SKU's key, whatever its status, be it of a variant that was
    // removed; nullptr if none does.
    std::shared_ptr<const CatalogProduct> find_sku_owner(std::string_view sku) const;
    std::size_t product_count() const;

    // ---- Progress -------------------------------------------------------------------------------
    // True if the shop has such a partition of the catalog.
    bool reads(Partition partition) const;
    // True if the fold holds everything up to the position, inclusive; always true for positions of
    // other topics.
    bool has_passed(Position position) const;
    // How far it holds each partition: whoever decides for a caller of this process must hold as
    // much (PeerCall::catalog in cluster/peer_call.hpp).
    std::vector<Position> passed() const;
    // Waits for a position: a staff change that has waited is seen by every command that follows.
    // False after `timeout` or once stopped.
    Task<bool> wait_passed(Executor& home, Position position, Duration timeout);

    // Why it can read no further, if so: what it holds grows old. It tries again, ever more rarely,
    // at least every ten seconds.
    std::optional<Error> failure() const;

    // ---- CommitObserver -------------------------------------------------------------------------
    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition partition, Offset end) override;

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <class T>
    using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;
    using ProductPtr = std::shared_ptr<const CatalogProduct>;  // shared with whoever reads it
    struct Category {
        std::uint64_t version = 0;
        std::shared_ptr<const category::State> state;  // likewise
    };

    struct Source {
        explicit Source(const Log& log, Partition partition, const Checkpoint& from = {})
            : folded(from), reader(std::in_place, log, partition, from) {}
        Checkpoint folded;
        std::optional<LogReader> reader;  // always there; made anew to go back to `folded`
        std::atomic<Offset> passed = -1;
        std::atomic<Offset> told = 0;  // one behind the last entry it was told of
    };
    struct Wait {
        Position position;
        std::shared_ptr<TimedWait<bool>> ends;
    };
    class Batch;

    Status load_partition(const StateStore& store, Partition partition);
    Status read_on();
    Offset read_in_all() const;
    Status read_source(Source& source);
    Status fold(Source& source, std::span<const LogEntry> entries);
    void take(Batch batch);
    void index(const ProductPtr& before, const ProductPtr& after);
    void index_sku(const std::string& sku, const ProductPtr& product);
    void index_key(const unique_key::Key& key, const ProductId& owner);
    ProductPtr find_owner(const ByText<ProductId>& keys, std::string_view value) const;
    void add_wait(Wait wait);
    void wake_waits(bool all);
    void follow();
    void note(const Status& status);

    const Log& log_;
    const Alarm alarm_;
    std::vector<std::unique_ptr<Source>> sources_;  // by number of the catalog's partition

    mutable std::shared_mutex mutex_;
    // Guarded by mutex_; written by the folding thread alone, which reads them without it.
    std::unordered_map<ProductId, ProductPtr> products_;
    std::unordered_map<CategoryId, Category> categories_;
    ByText<ProductPtr> skus_;                          // a published product goes first
    ByText<ProductId> slugs_;                          // owned, old ones too
    ByText<ProductId> owned_skus_;                     // likewise
    std::shared_ptr<const CatalogSettings> settings_;  // shared with whoever reads them
    std::optional<Error> failure_;

    std::mutex waits_mutex_;
    std::vector<Wait> waits_;  // guarded by waits_mutex_
    bool stopped_ = false;     // guarded by waits_mutex_

    std::mutex thread_mutex_;
    std::condition_variable wake_;  // told more, or stopping
    bool stopping_ = false;         // guarded by thread_mutex_
    std::thread thread_;
};

}  // namespace shop
