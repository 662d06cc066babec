// Takes the products of a catalog file as they are read, many at once, and counts what becomes of
// their rows.
//
//   ImportRun run(home, [&](ProductRows rows) { return importer.import(std::move(rows)); });
//   for (…) co_await run.add(std::move(rows));   // waits while too many are under way
//   ImportReport report = co_await run.finish();
//
// One thread: the executor's. It must outlive its last add() and finish().
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "api/import/import_report.hpp"
#include "api/import/window.hpp"
#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop::import {

class ImportRun {
  public:
    using ImportOne = std::move_only_function<Task<RowFates>(ProductRows)>;
    ImportRun(Executor& home, ImportOne one);

    // True at once if there is room; else once there is.
    Task<bool> add(ProductRows rows);
    // Once all products have been dealt with.
    Task<ImportReport> finish();

    void refuse(std::vector<BadRow> rows) { add_fates({.refused = std::move(rows)}); }
    void count_rows(std::uint64_t rows) { report_.rows = rows; }

  private:
    Task<bool> import_and_count(ProductRows rows);
    void add_fates(RowFates fates);

    ImportOne one_;
    Window window_;
    ImportReport report_;
};

}  // namespace shop::import
