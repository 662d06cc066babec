// What became of a catalog file, or would become of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/import/product_rows.hpp"
#include "core/base/describe.hpp"
#include "events/log.hpp"

namespace shop::import {

inline constexpr std::size_t kBadRowsMax = 10'000;
inline constexpr std::size_t kLevelsMax = 1'000;

// What became of the rows of one product.
struct RowFates {
    std::uint64_t accepted = 0;
    std::uint64_t unchanged = 0;
    std::vector<BadRow> refused = {};
    Position last = {};  // of the product's last record, be it of another import
};

// The units on hand of a SKU.
struct LevelChange {
    std::string sku;
    std::int64_t before = 0;
    std::int64_t after = 0;
    bool operator==(const LevelChange&) const = default;
    static constexpr std::string_view kSchemaName = "StockLevelChange";
};
SHOP_DESCRIBE(LevelChange, sku, before, after)

// What a file would change, in sum. Prices are those of variants that the shop has.
struct ImportChanges {
    std::uint64_t categories_made = 0;
    std::uint64_t products_made = 0;
    std::uint64_t products_changed = 0;
    std::uint64_t variants_added = 0;  // those of new products too
    std::uint64_t prices_changed = 0;
    std::uint64_t levels_changed = 0;  // SKUs of which there would be more or less
    std::uint64_t units_added = 0;
    std::uint64_t units_removed = 0;
    std::vector<LevelChange> levels;  // by SKU; the first kLevelsMax of levels_changed
    bool operator==(const ImportChanges&) const = default;
    static constexpr std::string_view kSchemaName = "ImportChanges";
};
SHOP_DESCRIBE(ImportChanges, categories_made, products_made, products_changed, variants_added,
              prices_changed, levels_changed, units_added, units_removed, levels)

// Every row is in one of accepted, unchanged and refused.
struct ImportReport {
    std::uint64_t rows = 0;
    std::uint64_t products = 0;   // with at least one good row
    std::uint64_t accepted = 0;   // rows that changed something
    std::uint64_t unchanged = 0;  // rows that said what was so already
    std::uint64_t refused = 0;
    std::vector<BadRow> bad_rows;          // by row; at most kBadRowsMax
    std::optional<ImportChanges> changes;  // of a dry run: nothing was recorded
    bool operator==(const ImportReport&) const = default;
    static constexpr std::string_view kSchemaName = "ImportReport";
};
SHOP_DESCRIBE(ImportReport, rows, products, accepted, unchanged, refused, bad_rows, changes)

}  // namespace shop::import
