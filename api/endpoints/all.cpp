#include "api/endpoints/all.hpp"

#include <utility>

#include "api/endpoints/catalog_seen.hpp"

namespace shop::api {

// A new resource is its file, a declaration here, and its place in the list: that of the document.
void add_store_routes(http::Routes&, Services&);
void add_product_routes(http::Routes&, Services&);
void add_category_routes(http::Routes&, Services&);
void add_cart_routes(http::Routes&, Services&);
void add_checkout_routes(http::Routes&, Services&);
void add_order_routes(http::Routes&, Services&);
void add_order_admin_routes(http::Routes&, Services&);
void add_place_order_routes(http::Routes&, Services&);
void add_admin_customer_routes(http::Routes&, Services&);
void add_admin_order_list_routes(http::Routes&, Services&);
void add_admin_fulfillment_list_routes(http::Routes&, Services&);
void add_admin_credit_note_list_routes(http::Routes&, Services&);
void add_admin_payment_list_routes(http::Routes&, Services&);
void add_admin_customer_list_routes(http::Routes&, Services&);
void add_admin_stock_list_routes(http::Routes&, Services&);
void add_order_change_routes(http::Routes&, Services&);
void add_order_note_routes(http::Routes&, Services&);
void add_order_customer_routes(http::Routes&, Services&);
void add_order_payment_routes(http::Routes&, Services&);
void add_payment_mismatch_routes(http::Routes&, Services&);
void add_fulfillment_routes(http::Routes&, Services&);
void add_credit_note_routes(http::Routes&, Services&);
void add_credit_note_part_routes(http::Routes&, Services&);
void add_attention_routes(http::Routes&, Services&);
void add_discovered_payment_routes(http::Routes&, Services&);
void add_view_admin_routes(http::Routes&, Services&);
void add_admin_product_list_routes(http::Routes&, Services&);
void add_admin_product_routes(http::Routes&, Services&);
void add_admin_variant_routes(http::Routes&, Services&);
void add_admin_category_routes(http::Routes&, Services&);
void add_admin_stock_routes(http::Routes&, Services&);
void add_admin_settings_routes(http::Routes&, Services&);
void add_admin_import_routes(http::Routes&, Services&);
void add_admin_history_import_routes(http::Routes&, Services&);
void add_webhook_routes(http::Routes&, Services&);
void add_log_routes(http::Routes&, Services&);
void add_history_routes(http::Routes&, Services&);
void add_cluster_routes(http::Routes&, Services&);
void add_health_routes(http::Routes&, Services&);
void add_page_routes(http::Routes&, Services&);

void add_all_routes(http::Routes& routes, Services& services) {
    using AddRoutes = void (*)(http::Routes&, Services&);
    for (const AddRoutes add : {
             add_store_routes,
             add_product_routes,
             add_category_routes,
             add_cart_routes,
             add_checkout_routes,
             add_order_routes,
             add_order_admin_routes,
             add_order_change_routes,
             add_order_note_routes,
             add_order_customer_routes,
             add_order_payment_routes,
             add_payment_mismatch_routes,
             add_fulfillment_routes,
             add_credit_note_routes,
             add_credit_note_part_routes,
             add_place_order_routes,
             add_admin_customer_routes,
             add_admin_order_list_routes,
             add_admin_fulfillment_list_routes,
             add_admin_credit_note_list_routes,
             add_admin_payment_list_routes,
             add_admin_customer_list_routes,
             add_admin_stock_list_routes,
             add_attention_routes,
             add_discovered_payment_routes,
             add_view_admin_routes,
             add_admin_product_list_routes,
             add_admin_product_routes,
             add_admin_variant_routes,
             add_admin_category_routes,
             add_admin_stock_routes,
             add_admin_settings_routes,
             add_admin_import_routes,
             add_admin_history_import_routes,
             add_webhook_routes,
             add_log_routes,
             add_history_routes,
             add_cluster_routes,
             add_health_routes,
             add_page_routes,
         })
        add(routes, services);
    for (const auto& entry : routes.all())
        if (entry->route.idempotent)
            entry->handler = having_seen_catalog(services, std::move(entry->handler));
}

}  // namespace shop::api
