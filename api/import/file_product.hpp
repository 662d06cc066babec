// A product of a catalog file beside what the shop has of it, and the commands that bring it in:
// those of an import and of its dry run are the same. Plain values; pure but for the catalog.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/import/import_report.hpp"
#include "core/catalog/category.hpp"
#include "core/catalog/product.hpp"
#include "core/stock/stock.hpp"

namespace shop {
class CatalogFold;
}

namespace shop::import {

struct FileProduct {
    ProductRows rows;  // those that are not refused
    ProductId id;
    std::shared_ptr<const CatalogProduct> known;  // as the shop has it; nullptr: it does not
    std::optional<CategoryId> category;           // that it shall be in
    RowFates fates = {};

    bool is_known(std::string_view sku) const;
    void refuse(const VariantRow& row, std::string reason);
    void refuse_all(const std::string& reason);
    // Those whose SKU is one of `keys`.
    void refuse_skus(const std::vector<unique_key::Key>& keys);
};

// A product whose slug a product of the shop has already is that one. Rows whose SKU another
// product owns, on sale or not, are refused.
FileProduct match_product(ProductRows rows, const CatalogFold& catalog);

// The categories of a path, from the top, each below the one before.
std::vector<category::Create> categories_of(const std::vector<std::string>& titles);
product::Import command_of(const FileProduct& product);
// Of a row that tells its stock.
stock::SetLevel level_of(const FileProduct& product, const VariantRow& row);

// What is wrong, in words: of its first field if it has any.
std::string text_of(const Error& error);
Error keys_in_use(const std::vector<unique_key::Key>& keys);

}  // namespace shop::import
