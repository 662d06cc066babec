// The storefront's rows of products: the fold of their streams, and everything shown of them. One
// batch's worth; one thread.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/catalog/product.hpp"
#include "projections/projection.hpp"

namespace shop::projections::storefront {

class ProductRows {
  public:
    explicit ProductRows(postgres::WriteMode mode) : mode_(mode) {}

    // Loads the state of each product the batch touches.
    Status load(postgres::Database& database, std::span<const ViewRecord> batch);

    // Takes some of the products that show prices of before `now`, to be written with those of now.
    Status load_stale(postgres::Database& database, Time now);
    // Whether there are any.
    static Result<bool> has_stale(postgres::Database& database, Time now);

    // Folds one event, of a stream that was loaded.
    void fold(const Record& record, const RecordedEvent& event);

    // Writes what changed; adds the products whose listings were made anew to `listed`: what is
    // available of them is to be computed.
    Status write(postgres::Database& database, std::set<std::string>& listed, Touched& touched);

  private:
    struct Folded {
        product::State state;
        std::uint64_t version = 0;
        Time created_at;
        Time changed_at;
        Time shown_at;                          // of the prices that are shown
        std::string slug_before;                // as stored; empty: it was not published
        std::vector<std::string> words_before;  // likewise
        std::set<std::string> redirects;        // slugs it gave up in this batch
        bool is_changed = false;
    };

    Status load_states(postgres::Database& database);
    Status write_products(postgres::Database& database);
    Status clear_published(postgres::Database& database);
    Status write_variants(postgres::Database& database);
    Status write_pages(postgres::Database& database);
    Status write_listings(postgres::Database& database);
    Status write_redirects(postgres::Database& database);
    Status write_words(postgres::Database& database);

    const postgres::WriteMode mode_;
    std::map<ProductId, Folded> products_;
};

}  // namespace shop::projections::storefront
