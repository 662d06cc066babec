// Reads the storefront's views on one event loop. One per loop; one thread.
//
// Look-ups by key go through the pipeline's quick lane, search and reports through its slow one.
// Errors are the pipeline's, and kInvalid for what was asked wrongly.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/result.hpp"
#include "events/task.hpp"
#include "projections/generations.hpp"
#include "projections/postgres/pipeline.hpp"
#include "projections/storefront/category_tree.hpp"
#include "projections/storefront/count_reader.hpp"
#include "projections/storefront/list_query.hpp"
#include "projections/storefront/search_text.hpp"

namespace shop::projections::storefront {

struct ProductPage {
    std::string json;
    std::int64_t version = 0;
    std::vector<std::uint64_t> depends;  // names of generations.hpp
    std::string redirect;                // the product's slug now; then there is no json
};

struct Suggestions {
    std::vector<Candidate> words;
    std::string items;  // JSON array of products
};

class Reader {
  public:
    // `generations` of the projector in this process.
    Reader(postgres::Pipeline& pipeline, const Generations& generations);

    // Products with exact facets. If nothing matches, typos are corrected and it is tried again.
    Task<Result<ProductList>> list(ListQuery query);

    // kNotFound "unknown-product".
    Task<Result<ProductPage>> page(std::string slug, Currency currency);

    Task<Result<std::shared_ptr<const CategoryTree>>> categories();

    // Words and products that begin like that.
    Task<Result<Suggestions>> suggest(std::string text, Currency currency);

  private:
    // A list as it was found. Until a listing changes, all of it but what is available stays true.
    struct Found {
        struct Item {
            std::string product_id;
            std::string card;
        };
        std::uint64_t moment = 0;
        std::vector<Item> items;
        std::optional<ListKey> next;
        std::string facets;
        std::int64_t total = 0;
    };
    // By product, as many as could be found.
    using Available = std::unordered_map<std::string, std::string>;

    Task<Result<ProductList>> run_list(ListQuery query, std::string ts_query);
    // What a list is made with, and kept under.
    struct Search {
        std::uint64_t moment = 0;  // taken before the tree was
        std::shared_ptr<const CategoryTree> tree;
        std::string name;
    };
    Task<Result<ProductList>> find_list(ListQuery query, std::string ts_query, Search search);
    // Nothing if one of its products is no longer listed.
    Task<Result<std::optional<ProductList>>> list_again(std::shared_ptr<const Found> found,
                                                        Currency currency);
    static ProductList list_of(const Found& found, const Available& available);
    std::shared_ptr<const Found> find_found(const std::string& name) const;
    Task<Result<Corrections>> correct(std::vector<std::string> words);

    postgres::Pipeline& pipeline_;
    const Generations& generations_;
    std::shared_ptr<const CategoryTree> tree_;
    std::uint64_t tree_moment_ = 0;
    CountReader counts_;
    std::unordered_map<std::string, std::shared_ptr<const Found>>
        found_;  // by their searches' names
};

}  // namespace shop::projections::storefront
