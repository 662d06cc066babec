// What a simulated shop sells: goods of its own, as its catalog file tells them, and names that
// several products want.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/product.hpp"
#include "core/stock/stock.hpp"

namespace shop::simulation {

inline constexpr std::array<const char*, 3> kSkus = {"MUG", "TEAPOT", "SPOON"};
inline constexpr std::array<const char*, 2> kRushSkus = {"MUG", "TEAPOT"};
// Sold by phone only: else shoppers would seldom find anything.
inline constexpr std::array<const char*, 2> kPhoneSkus = {"VASE", "LAMP"};
inline constexpr std::array<const char*, 2> kWantedSkus = {"BEST", "FINEST"};
inline constexpr std::array<const char*, 3> kWantedSlugs = {"the-best-mug", "the-finest-mug",
                                                            "the-mug"};

// One of the shop's own goods, at that price, as the catalog file has it.
product::Import file_of(const std::string& sku, std::int64_t pence);
ProductId product_of(std::string_view sku);
VariantId variant_of(std::string_view sku);
StockId stock_of(std::string_view sku);
// The stock of everything that may be sold.
std::vector<StockId> all_stock();
stock::SetLevel level_of(const std::string& sku, std::int64_t units);

}  // namespace shop::simulation
