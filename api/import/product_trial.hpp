// What the import of a catalog file would do. Each product is matched and decided as the import
// does it (product_importer.hpp), on the shop as it is now, and nothing is recorded. What the
// products of one file have to do with each other counts: categories that an earlier one makes,
// SKUs that it takes, a stock that two variants draw on.
//
// One thread: the executor's. It must outlive its last import().
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/import/file_product.hpp"
#include "api/import/product_importer.hpp"
#include "api/import/submitter.hpp"
#include "events/task.hpp"

namespace shop::import {

class ProductTrial {
  public:
    // Actor, correlation and trace are the submission's.
    ProductTrial(const ProductImporter::Parts& parts, Submission base)
        : catalog_(parts.catalog), submitter_(parts.engine, parts.home, std::move(base)) {}

    // One product, with what would become of its rows.
    Task<RowFates> import(ProductRows rows);

    // What all of them would change. Of a product that is refused whole nothing is counted, but for
    // what it leaves behind if other products of the file have taken all its SKUs: a draft.
    ImportChanges changes() const;

  private:
    struct Work;

    Task<Status> try_product(Work* work);
    Task<Status> try_without_rows(Work* work);
    Task<Result<std::optional<CategoryId>>> try_categories(std::vector<std::string> titles);
    Task<Result<std::vector<unique_key::Key>>> claim(ProductId product,
                                                     std::vector<unique_key::Key> keys);
    Task<bool> try_stocks(Work* work);
    Task<Result<bool>> try_level(stock::SetLevel command, std::string sku);
    void count(const Work& work, const std::vector<NewEvent>& events);
    void count_level(LevelChange level);

    const CatalogFold& catalog_;
    Submitter submitter_;
    ImportChanges changes_;
    std::unordered_map<std::string, bool> categories_;  // by slug: whether the shop has it
    std::unordered_map<KeyId, ProductId> claimed_;      // by products of the file
    std::unordered_map<StockId, std::int64_t> levels_;  // that rows of the file set
};

}  // namespace shop::import
