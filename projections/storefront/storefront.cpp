#include "projections/storefront/storefront.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "projections/storefront/category_rows.hpp"
#include "projections/storefront/product_rows.hpp"
#include "projections/storefront/sale_rows.hpp"
#include "projections/storefront/stock_rows.hpp"

namespace shop::projections::storefront {
namespace {

constexpr std::string_view kTypeMember = "\"type\":\"";
constexpr std::array<std::string_view, 5> kKinds = {"product.", "category.", "stock.", "order.",
                                                    "payment."};

}  // namespace

// Most records are of carts, which no table here shows. In a string the quotes are escaped, so the
// member cannot be feigned; a member of that name elsewhere costs a needless look.
bool Storefront::wants(std::string_view entry) const {
    for (auto at = entry.find(kTypeMember); at != std::string_view::npos;
         at = entry.find(kTypeMember, at + kTypeMember.size())) {
        const std::string_view type = entry.substr(at + kTypeMember.size());
        if (std::ranges::any_of(kKinds, [&](auto kind) { return type.starts_with(kind); }))
            return true;
    }
    return false;
}

Status Storefront::apply(postgres::Database& database, std::span<const ViewRecord> batch,
                         postgres::WriteMode mode, Touched& touched) const {
    ProductRows products(mode);
    CategoryRows categories(mode);
    StockRows stock(mode);
    SaleRows sales(mode, emails_ ? &*emails_ : nullptr);
    SHOP_TRY_STATUS(products.load(database, batch));
    for (const ViewRecord& record : batch)
        for (const RecordedEvent& event : record.record.events) {
            products.fold(record.record, event);
            categories.fold(event);
            stock.fold(event);
            sales.fold(record.record, event);
        }
    std::set<std::string> listed;
    SHOP_TRY_STATUS(stock.write(database));  // first: a new listing says at once what there is
    SHOP_TRY_STATUS(products.write(database, listed, touched));
    SHOP_TRY_STATUS(categories.write(database, touched));
    SHOP_TRY_STATUS(stock.refresh_listings(database, listed, touched));
    return sales.write(database);
}

Result<bool> Storefront::is_stale(postgres::Database& database, Time now) const {
    return ProductRows::has_stale(database, now);
}

Status Storefront::refresh(postgres::Database& database, Time now, postgres::WriteMode mode,
                           Touched& touched) const {
    ProductRows products(mode);
    SHOP_TRY_STATUS(products.load_stale(database, now));
    std::set<std::string> listed;
    SHOP_TRY_STATUS(products.write(database, listed, touched));
    return StockRows(mode).refresh_listings(database, listed, touched);
}

}  // namespace shop::projections::storefront
