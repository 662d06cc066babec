#include "api/import/file_product.hpp"

#include <algorithm>
#include <utility>

#include "api/import/row_cells.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::import {

bool FileProduct::is_known(std::string_view sku) const {
    return known && known->state.find_sku(sku) != nullptr;
}

void FileProduct::refuse(const VariantRow& row, std::string reason) {
    fates.refused.push_back({row.row, std::move(reason)});
}

void FileProduct::refuse_all(const std::string& reason) {
    for (const VariantRow& row : rows.variants) refuse(row, reason);
    rows.variants.clear();
}

void FileProduct::refuse_skus(const std::vector<unique_key::Key>& keys) {
    std::erase_if(rows.variants, [&](const VariantRow& row) {
        const unique_key::Key key{unique_key::Scope::kSku, row.variant.sku};
        if (std::ranges::count(keys, key) == 0) return false;
        refuse(row, "the SKU is in use by another product");
        return true;
    });
}

FileProduct match_product(ProductRows rows, const CatalogFold& catalog) {
    FileProduct product{.rows = std::move(rows), .id = {}, .known = {}, .category = {}};
    product.known = catalog.find_slug(product.rows.slug);
    product.id = product.known ? product.known->id : product::imported_product(product.rows.slug);
    std::erase_if(product.rows.variants, [&](const VariantRow& row) {
        const auto owner = catalog.find_sku_owner(row.variant.sku);
        if (!owner || owner->id == product.id) return false;
        product.refuse(row, "the SKU is in use by the product " + owner->state.slug);
        return true;
    });
    return product;
}

std::vector<category::Create> categories_of(const std::vector<std::string>& titles) {
    std::vector<category::Create> path;
    CategoryId parent;
    std::string slug;
    for (const std::string& title : titles) {
        slug += (slug.empty() ? "" : "-") + slug_of(title);
        path.push_back({title, slug, parent, 0});
        parent = category::category_of(slug);
    }
    return path;
}

product::Import command_of(const FileProduct& product) {
    const ProductRows& rows = product.rows;
    product::Import command{.product = product.id, .slug = rows.slug, .details = rows.details};
    command.publish = rows.publish;
    for (const VariantRow& row : rows.variants) command.variants.push_back(row.variant);
    // Variants that the file does not name keep their options.
    if (product.known && command.details.options)
        for (const std::string& name : product.known->state.options)
            if (std::ranges::count(*command.details.options, name) == 0)
                command.details.options->push_back(name);
    if (product.category) command.categories = std::vector{*product.category};
    return command;
}

stock::SetLevel level_of(const FileProduct& product, const VariantRow& row) {
    VariantId variant = product::new_variant(product.id, row.variant.sku);
    std::string item = variant.to_string();
    if (product.is_known(row.variant.sku)) {
        const product::Variant& known = product.known->state.find_sku(row.variant.sku)->variant;
        variant = known.variant_id;
        item = known.inventory_item;
    }
    const StockId stock = stock::stock_of(item);
    return {stock, variant, std::move(item), *row.stock};
}

std::string text_of(const Error& error) {
    if (error.fields.empty()) return error.message;
    const FieldError& first = error.fields.front();
    return first.pointer.substr(first.pointer.starts_with('/') ? 1 : 0) + " " + first.detail;
}

Error keys_in_use(const std::vector<unique_key::Key>& keys) {
    std::string text;
    for (const unique_key::Key& key : keys) {
        if (!text.empty()) text += ", ";
        text += key.scope == unique_key::Scope::kSlug ? "slug " : "SKU ";
        text += key.value;
    }
    return {ErrorCode::kConflict, "keys-in-use", text + " is in use by another product"};
}

}  // namespace shop::import
