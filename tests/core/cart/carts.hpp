// Carts that the tests of core/cart begin with.
#pragma once

#include "core/cart/cart.hpp"
#include "core/stock/stock.hpp"
#include "tests/support/given.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::tests {

inline const CartId kCart = CartId::derive({"test cart"});
inline const LineId kLine = LineId::derive({"test line"});

inline cart::Created created(std::string_view currency = "GBP") {
    return {.currency = *Currency::parse(currency), .access_token_hash = "hash"};
}

// A line as AddLine makes it of TestCatalog::sell(sku, price).
inline sale::Line line_of(const std::string& sku, Money price, std::int64_t quantity,
                          LineId id = kLine) {
    sale::Line line;
    line.line_id = id;
    line.product_id = TestCatalog::product_id(sku);
    line.variant_id = TestCatalog::variant_id(sku);
    line.stock_id = stock::stock_of(sku);
    line.sku = sku;
    line.title = "A " + sku;
    line.quantity = quantity;
    line.unit_price = {price, {}};
    line.price_source = {sale::PriceSourceKind::kList,
                         std::string(price.currency.view()) + "/base/1", 1};
    line.tax_class = "standard";
    line.ships = true;
    line.weight_g = 300;
    return line;
}

inline sale::Address address_in(const std::string& country) {
    return {.country = country, .postal_area = "N1", .personal = {"key", "sealed"}};
}

}  // namespace shop::tests
