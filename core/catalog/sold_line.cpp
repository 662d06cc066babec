#include "core/catalog/sold_line.hpp"

#include "core/stock/stock.hpp"

namespace shop::catalog {

sale::Line line_of(const CatalogProduct& product, const product::Variant& variant) {
    const bool physical = product.state.kind == product::Kind::kPhysical;
    sale::Line line;
    line.product_id = product.id;
    line.variant_id = variant.variant_id;
    if (physical) line.stock_id = stock::stock_of(variant.inventory_item);
    line.sku = variant.sku;
    line.title = product.state.title;
    line.options = variant.option_values;
    line.unit = variant.unit;
    line.tax_class = product.state.tax_class;
    line.ships = physical;
    line.weight_g = physical ? variant.weight_g : 0;
    return line;
}

}  // namespace shop::catalog
