// What a decision may know of the catalog: products, prices, categories and settings as this
// process knows them now. A port: events/catalog/ folds it from the catalog's partitions, tests
// fill it by hand.
//
// Quotes carry the product's version, so a decision that rests on a catalog that is a moment behind
// is still explained by the log.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/base/ids.hpp"
#include "core/catalog/category.hpp"
#include "core/catalog/product.hpp"
#include "core/settings/settings.hpp"

namespace shop {

// A product as it stands at `version` of its stream. Immutable.
struct CatalogProduct {
    ProductId id;
    std::uint64_t version = 0;
    product::State state;
};

// The three settings streams; each state holds every version that still matters. Immutable.
struct CatalogSettings {
    settings::State tax;
    settings::State shipping;
    settings::State store;
};

// Thread-safe.
class Catalog {
  public:
    virtual ~Catalog() = default;

    // The product, whatever its status; nullptr if it is not known.
    virtual std::shared_ptr<const CatalogProduct> find_product(const ProductId& id) const = 0;
    // The *published* product that sells `sku`; nullptr if none does.
    virtual std::shared_ptr<const CatalogProduct> find_sku(std::string_view sku) const = 0;
    // The category, also one that was removed; nullptr if it is not known.
    virtual std::shared_ptr<const category::State> find_category(const CategoryId& id) const = 0;
    // Never nullptr; without any settings event, that of a new shop (settings::default_…).
    virtual std::shared_ptr<const CatalogSettings> settings() const = 0;
};

}  // namespace shop
