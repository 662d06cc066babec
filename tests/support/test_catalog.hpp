// A catalog filled by hand, for decisions under test. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/catalog/catalog.hpp"

namespace shop::tests {

Money gbp(std::int64_t pence);
Money money(std::int64_t minor_units, std::string_view currency);

// A price of one unit, tax included, without tier or validity.
product::Price price_of(Money money);

// What a product under test is made of; one variant, published.
struct ProductSpec {
    std::string sku = "MUG";
    std::vector<product::Price> prices;
    product::Kind kind = product::Kind::kPhysical;
    std::string tax_class = "standard";
    std::int64_t weight_g = 300;
    std::int64_t min_quantity = 1;
    std::int64_t quantity_step = 1;
    std::map<std::string, std::string> options = {};
};

class TestCatalog : public Catalog {
  public:
    // A shop with the default settings and nothing to sell.
    TestCatalog();

    // Adds the product of that SKU, or puts it in the place of the one that was there, as its next
    // version.
    TestCatalog& sell(const ProductSpec& spec);
    // The simplest thing to sell.
    TestCatalog& sell(const std::string& sku, Money price);
    TestCatalog& unpublish(const std::string& sku);
    // The product stays published without the variant.
    TestCatalog& remove_variant(const std::string& sku);

    TestCatalog& add_category(const std::string& slug);

    // Puts a document into force from `from` on, as the next version.
    TestCatalog& publish(settings::Tax document, Time from = {});
    TestCatalog& publish(settings::Shipping document, Time from = {});
    TestCatalog& publish(settings::Store document, Time from = {});

    std::shared_ptr<const CatalogProduct> find_product(const ProductId& id) const override;
    std::shared_ptr<const CatalogProduct> find_sku(std::string_view sku) const override;
    std::shared_ptr<const category::State> find_category(const CategoryId& id) const override;
    std::shared_ptr<const CatalogSettings> settings() const override;

    // Ids follow from the SKU.
    static ProductId product_id(std::string_view sku);
    static VariantId variant_id(std::string_view sku);

  private:
    CatalogProduct& change(const std::string& sku);

    std::map<ProductId, std::shared_ptr<CatalogProduct>> products_;
    std::map<CategoryId, std::shared_ptr<const category::State>> categories_;
    std::shared_ptr<CatalogSettings> settings_;
};

}  // namespace shop::tests
