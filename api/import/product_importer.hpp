// Brings the products of a catalog file into the shop, by ordinary commands.
//
// A product whose slug a product of the shop has already changes that one; else it is made, and
// published once its slug and SKUs are claimed (unless its rows say it is a draft). Stock is set
// behind the product. One that loses all its SKUs to another at the same moment stays as a draft
// without variants, which the same slug fills later. product_trial.hpp says what it would do.
//
// One thread: the executor's. It must outlive its last import().
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/import/file_product.hpp"
#include "api/import/submitter.hpp"
#include "events/engine.hpp"
#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop {
class CatalogFold;
}

namespace shop::import {

class ProductImporter {
  public:
    struct Parts {
        Engine& engine;
        CatalogFold& catalog;
        Executor& home;
    };
    // Command ids are derived from the submission's id and the content: the same file under the
    // same id is the same import. Actor, correlation and trace are the submission's.
    ProductImporter(const Parts& parts, Submission base);

    // One product, with what became of its rows. What it asked for is answered then, also if
    // another import of the same product asked.
    Task<RowFates> import(ProductRows rows);

    // The last record of each partition that the import wrote.
    std::vector<Position> positions() const { return submitter_.positions(); }

  private:
    struct Work;

    Task<Result<CategoryId>> ensure_categories(const std::vector<std::string>* titles);
    Task<Status> import_product(Work* work);
    Task<Status> send_product(Work* work, std::string_view what);
    Task<bool> drop_lost_rows(Work* work);
    Task<Status> ensure_category(category::Create command);
    Task<Status> wait_for_keys(Work* work);
    Task<bool> set_stocks(Work* work);

    const Parts parts_;
    Submitter submitter_;
    std::unordered_set<std::string> categories_;  // slugs of those that are there
};

}  // namespace shop::import
