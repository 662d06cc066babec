// Brings the products of a catalog file into the shop, by ordinary commands, many at once.
//
//   ProductImporter importer(parts, base);
//   for (…) co_await importer.add(std::move(rows));   // waits while too many are under way
//   ImportReport report = co_await importer.finish();
//
// A product whose slug a product of the shop has already changes that one; else it is made, and
// published once its slug and SKUs are claimed (unless its rows say it is a draft). Stock is set
// behind the product.
//
// One thread: the executor's. It must outlive its last add() and finish().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/import/product_rows.hpp"
#include "api/import/submitter.hpp"
#include "api/import/window.hpp"
#include "events/engine.hpp"
#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop {
class CatalogFold;
}

namespace shop::import {

// What became of a file. Every row is in one of accepted, unchanged and refused.
struct ImportReport {
    std::uint64_t rows = 0;
    std::uint64_t products = 0;   // with at least one good row
    std::uint64_t accepted = 0;   // rows that changed something
    std::uint64_t unchanged = 0;  // rows that said what was so already
    std::uint64_t refused = 0;
    std::vector<BadRow> bad_rows;  // by row; at most kBadRowsMax
    bool operator==(const ImportReport&) const = default;
    static constexpr std::string_view kSchemaName = "ImportReport";
};
SHOP_DESCRIBE(ImportReport, rows, products, accepted, unchanged, refused, bad_rows)

inline constexpr std::size_t kBadRowsMax = 10'000;

// What became of the rows of one product.
struct RowFates {
    std::uint64_t accepted = 0;
    std::uint64_t unchanged = 0;
    std::vector<BadRow> refused = {};
    Position last = {};  // of the product's last record, be it of another import
};

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

    // True at once if there is room; else once there is.
    Task<bool> add(ProductRows rows);
    // One product at once, with what became of its rows. What it asked for is answered then, also
    // if another import of the same product asked.
    Task<RowFates> import(ProductRows rows);
    // Once all products have been dealt with.
    Task<ImportReport> finish();

    void refuse(std::vector<BadRow> rows) { add_fates({.refused = std::move(rows)}); }
    void count_rows(std::uint64_t rows) { report_.rows = rows; }

    // The last record of each partition that the import wrote.
    std::vector<Position> positions() const { return submitter_.positions(); }

  private:
    struct Work;

    Task<bool> import_and_count(ProductRows rows);
    Task<Result<CategoryId>> ensure_categories(const std::vector<std::string>* titles);
    Task<Status> import_product(Work* work);
    Task<Status> send_product(Work* work, std::string_view what);
    Task<bool> drop_lost_rows(Work* work);
    Task<Status> ensure_category(category::Create command);
    Task<Status> wait_for_keys(Work* work);
    Task<bool> set_stocks(Work* work);
    void add_fates(RowFates fates);
    bool drop_foreign_skus(Work& work);
    product::Import command_of(const Work& work) const;

    const Parts parts_;
    Submitter submitter_;
    Window window_;
    ImportReport report_;
    std::unordered_set<std::string> categories_;  // slugs of those that are there
};

}  // namespace shop::import
