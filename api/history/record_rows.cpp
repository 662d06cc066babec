#include "api/history/record_rows.hpp"

#include "api/history/record_text.hpp"
#include "api/import/row_cells.hpp"

namespace shop::history {
namespace {

product::DetailsChanged details_of(const Product& product) {
    product::DetailsChanged details{.title = product.title,
                                    .description = product.description,
                                    .tax_class = product.tax_class,
                                    .options = {},
                                    .attributes = {}};
    std::map<std::string, std::string> attributes;
    if (product.color) attributes["color"] = *product.color;
    if (product.material) attributes["material"] = *product.material;
    if (!attributes.empty()) details.attributes = std::move(attributes);
    return details;
}

product::Price price_of(const Money& money, const Catalog& catalog, Time now) {
    product::Price price;
    price.key.currency = money.currency;
    price.price.money = money;
    price.includes_tax = import::prices_include_tax(catalog, now);
    return price;
}

}  // namespace

import::ProductRows rows_of(const Product& product, const Catalog& catalog, Time now) {
    import::ProductRows rows;
    rows.slug = product.slug.value_or(import::slug_of(product.title + " " + product.sku));
    rows.details = details_of(product);
    if (product.category) rows.category = import::split_path(*product.category);
    rows.publish = product.publish;
    import::VariantRow& row = rows.variants.emplace_back();
    row.variant.sku = product.sku;
    row.variant.barcode = product.barcode;
    row.variant.weight_g = product.weight_g;
    if (product.price) row.variant.prices.push_back(price_of(*product.price, catalog, now));
    append_record(rows.content, product);
    return rows;
}

}  // namespace shop::history
