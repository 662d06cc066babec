// A shop in memory that takes catalog files.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "api/import/import_report.hpp"
#include "core/json/decode.hpp"
#include "core/stock/stock.hpp"
#include "tests/api/endpoints/memory_shop.hpp"

namespace shop::api {

void add_admin_import_routes(http::Routes& routes, Services& services);
void add_admin_product_routes(http::Routes& routes, Services& services);

}  // namespace shop::api

namespace shop::tests {

inline constexpr std::string_view kCatalogHeader =
    "slug,title,description,category,sku,options,price,currency,tax_class,weight_g,barcode,stock,"
    "color,material\n";

// Mugs of one category, each in a slot of its own.
inline std::string mugs(int count, std::string_view price = "9.95") {
    std::string text(kCatalogHeader);
    for (int i = 1; i <= count; ++i) {
        const std::string n = std::to_string(i);
        text += "mug-" + n + ",Mug " + n + ",Holds tea.,Kitchen > Mugs,MUG-" + n + ",," +
                std::string(price) + ",GBP,,300,," + n + ",Red,Ceramic\n";
    }
    return text;
}

struct ImportShop : MemoryShop {
    static constexpr std::string_view kImports = "/api/v1/admin/imports/products";

    explicit ImportShop(Partitions partitions = {1, 2, 1}) : MemoryShop(&add_routes, partitions) {}

    static void add_routes(http::Routes& routes, api::Services& services) {
        api::add_admin_import_routes(routes, services);
        api::add_admin_product_routes(routes, services);
    }

    http::Response send(const std::string& file, const std::string& query = {}) {
        return call(http::Method::kPost, std::string(kImports), file, query);
    }
    import::ImportReport report_of(const std::string& file, const std::string& query = {}) {
        return report_in(send(file, query));
    }
    import::ImportReport dry_report_of(const std::string& file) {
        return report_of(file, "dry_run=1");
    }
    static import::ImportReport report_in(const http::Response& answer) {
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        return json::from_json<import::ImportReport>(answer.body, json::Missing::kIsError).value();
    }
    // "unpublish" or "archive", of the product with that slug.
    void withdraw(const std::string& slug, const std::string& how) {
        const std::string product = catalog().find_slug(slug)->id.to_string();
        const std::string path = "/api/v1/admin/products/" + product + "/" + how;
        REQUIRE(call(http::Method::kPost, path, "").status == 200);
    }
    std::int64_t on_hand(const std::string& sku) {
        const auto product = catalog().find_sku(sku);
        REQUIRE(product);
        const std::string& item = product->state.find_sku(sku)->variant.inventory_item;
        return state<stock::State>(stock::stock_of(item)).on_hand;
    }
};

}  // namespace shop::tests
