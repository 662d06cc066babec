#include "api/import/import_run.hpp"

#include "api/import/first_of.hpp"

namespace shop::import {
namespace {

constexpr std::size_t kUnderWayMax = 256;

}  // namespace

ImportRun::ImportRun(Executor& home, ImportOne one)
    : one_(std::move(one)), window_(home, kUnderWayMax) {}

Task<bool> ImportRun::add(ProductRows rows) {
    co_await window_.room();
    window_.start(import_and_count(std::move(rows)));
    co_return true;
}

Task<bool> ImportRun::import_and_count(ProductRows rows) {
    ++report_.products;
    add_fates(co_await one_(std::move(rows)));
    co_return true;
}

void ImportRun::add_fates(RowFates fates) {
    report_.accepted += fates.accepted;
    report_.unchanged += fates.unchanged;
    report_.refused += fates.refused.size();
    for (BadRow& row : fates.refused)
        add_to_first(report_.bad_rows, std::move(row), kBadRowsMax, &BadRow::row);
}

Task<ImportReport> ImportRun::finish() {
    co_await window_.empty();
    cut_to_first(report_.bad_rows, kBadRowsMax, &BadRow::row);
    co_return report_;
}

}  // namespace shop::import
