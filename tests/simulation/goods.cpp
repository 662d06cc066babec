#include "tests/simulation/goods.hpp"

#include "core/base/text.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::simulation {

product::Import file_of(const std::string& sku, std::int64_t pence) {
    product::ImportedVariant variant{.sku = sku};
    variant.weight_g = 300;
    variant.prices = {tests::price_of(tests::gbp(pence))};
    product::Import file;
    file.product = product_of(sku);
    file.slug = ascii_lower(sku);
    file.details.title = "A " + sku;
    file.variants = {std::move(variant)};
    return file;
}

ProductId product_of(std::string_view sku) {
    return product::imported_product(ascii_lower(sku));
}

VariantId variant_of(std::string_view sku) {
    return product::new_variant(product_of(sku), sku);
}

StockId stock_of(std::string_view sku) {
    return stock::stock_of(variant_of(sku).to_string());
}

std::vector<StockId> all_stock() {
    std::vector<StockId> all;
    for (const char* sku : kSkus) all.push_back(stock_of(sku));
    for (const char* sku : kPhoneSkus) all.push_back(stock_of(sku));
    for (const char* sku : kWantedSkus) all.push_back(stock::stock_of(sku));
    return all;
}

stock::SetLevel level_of(const std::string& sku, std::int64_t units) {
    const VariantId variant = variant_of(sku);
    return {stock_of(sku), variant, variant.to_string(), units};
}

}  // namespace shop::simulation
