#include "api/import/import_run.hpp"

#include <algorithm>
#include <iterator>

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
    report_.bad_rows.insert(report_.bad_rows.end(), std::make_move_iterator(fates.refused.begin()),
                            std::make_move_iterator(fates.refused.end()));
}

Task<ImportReport> ImportRun::finish() {
    co_await window_.empty();
    std::ranges::sort(report_.bad_rows, {}, &BadRow::row);
    if (report_.bad_rows.size() > kBadRowsMax) report_.bad_rows.resize(kBadRowsMax);
    co_return report_;
}

}  // namespace shop::import
