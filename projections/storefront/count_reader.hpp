// Reads what facets are counted from (facet_counts.hpp): for a text, what Postgres counted in the
// list's own query; without one, all listings of a currency, which are read once and then counted
// here for every price range, as long as no listing changes. One thread, that of the pipeline.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/money.hpp"
#include "core/base/result.hpp"
#include "events/task.hpp"
#include "projections/generations.hpp"
#include "projections/postgres/pipeline.hpp"
#include "projections/storefront/facet_counts.hpp"

namespace shop::projections::storefront {

using Counts = std::shared_ptr<const std::vector<FacetCount>>;

class CountReader {
  public:
    CountReader(postgres::Pipeline& pipeline, const Generations& generations);

    // Of all listings of the currency; prices in minor units, both ends included.
    Task<Result<Counts>> all(Currency currency, std::int64_t price_min, std::int64_t price_max);

    // Kept under `key` since a moment at which it is still true; or nullptr.
    Counts find(const std::string& key) const;
    // What a list's query counted ("facets:in_range:products,…", reader_sql.hpp), kept under `key`.
    Task<Result<Counts>> keep(std::string key, std::uint64_t moment, std::string counted);

  private:
    struct Kept {
        std::uint64_t moment = 0;
        Counts counts;
    };
    // All listings of a currency.
    struct Shelf {
        struct Kind {
            std::shared_ptr<const FacetSet> set;
            bool in_stock = false;
        };
        struct Listing {
            std::int64_t price = 0;
            std::uint32_t kind = 0;
        };
        std::uint64_t moment = 0;
        std::vector<Kind> kinds;
        std::vector<Listing> listings;
    };
    using SharedShelf = Result<std::shared_ptr<const Shelf>>;
    using Waiting = std::vector<std::move_only_function<void(SharedShelf)>>;

    Task<SharedShelf> shelf_of(Currency currency);
    Task<SharedShelf> read_shelf(Currency currency);
    // Of codes (facet_set.facets, negative: not in stock), in their order; nullptr for a set that
    // no listing has any more.
    using Sets = std::vector<std::shared_ptr<const FacetSet>>;
    Task<Result<Sets>> sets_of(std::vector<std::int64_t> codes);
    bool is_fresh(std::uint64_t moment) const;

    postgres::Pipeline& pipeline_;
    const Generations& generations_;
    // Sets never change (they are named by their content), so they are kept, up to a limit.
    std::unordered_map<std::int64_t, std::shared_ptr<const FacetSet>> facet_sets_;
    std::unordered_map<std::string, Kept> kept_;
    std::map<Currency, std::shared_ptr<const Shelf>> shelves_;
    std::map<Currency, Waiting> reading_;  // who waits for a shelf that is being read
};

}  // namespace shop::projections::storefront
