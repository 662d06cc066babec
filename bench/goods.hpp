// What the bench sells and records: a catalog of its own, and records as the shop writes them.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/catalog/catalog.hpp"
#include "events/record.hpp"

namespace shop::bench {

// `count` published products of one variant, "SKU-0" and on, and the settings of a new shop.
// Immutable, thread-safe.
class Goods final : public Catalog {
  public:
    explicit Goods(std::size_t count);

    std::shared_ptr<const CatalogProduct> find_product(const ProductId& id) const override;
    std::shared_ptr<const CatalogProduct> find_sku(std::string_view sku) const override;
    // There are none.
    std::shared_ptr<const category::State> find_category(const CategoryId&) const override {
        return nullptr;
    }
    std::shared_ptr<const CatalogSettings> settings() const override { return settings_; }

    const std::string& sku(std::size_t i) const { return skus_[i % skus_.size()]; }

  private:
    std::vector<std::string> skus_;
    std::unordered_map<std::string_view, std::shared_ptr<const CatalogProduct>> by_sku_;
    std::shared_ptr<const CatalogSettings> settings_;
};

// The record of an AddLine: one event, about 900 bytes as an entry.
Record add_line_record();

// The record of a price change's smaller kind: a quantity, about 350 bytes as an entry.
Record change_quantity_record();

}  // namespace shop::bench
