// The statements of sale_rows.cpp, which alone includes this.
#pragma once

#include "projections/row_set.hpp"

namespace shop::projections::storefront {

using postgres::Column;
using postgres::SetStatement;

inline constexpr Column kOrderInputs[] = {{"order_id", "text"},    {"placed_at", "timestamptz"},
                                          {"number", "text"},      {"source", "text"},
                                          {"channel", "text"},     {"external_system", "text"},
                                          {"external_id", "text"}, {"checkout_id", "text"},
                                          {"cart_id", "text"},     {"customer_id", "text"},
                                          {"person", "text"},      {"contact", "text"},
                                          {"country", "text"},     {"currency", "text"},
                                          {"items", "bigint"},     {"items_total", "bigint"},
                                          {"discount", "bigint"},  {"shipping", "bigint"},
                                          {"tax", "bigint"},       {"total", "bigint"},
                                          {"lines", "text"},       {"access_token_hash", "text"},
                                          {"email_hash", "text"}};
// With what its payments come to already: most orders are never written again because of them.
inline constexpr SetStatement kPlaceOrders{
    "place_orders", kOrderInputs,
    "INSERT INTO sale (order_id, placed_at, number, source, channel, external_system, "
    "external_id, checkout_id, cart_id, customer_id, person, contact, country, currency, items, "
    "items_total, discount, shipping, tax, total, lines, access_token_hash, email_hash, "
    "captured, refunded, held, unpaid_status) "
    "SELECT u.order_id, u.placed_at, u.number, u.source, u.channel, u.external_system, "
    "u.external_id, u.checkout_id, u.cart_id, u.customer_id, u.person, u.contact, u.country, "
    "u.currency, u.items, u.items_total, u.discount, u.shipping, u.tax, u.total, u.lines, "
    "u.access_token_hash, CASE WHEN EXISTS (SELECT FROM erased_person e WHERE e.person = u.person) "
    "THEN '' ELSE u.email_hash END, m.captured, m.refunded, m.held, m.unpaid_status "
    "FROM {rows} CROSS JOIN LATERAL payments_of(u.order_id) m ON CONFLICT (order_id) DO NOTHING"};

inline constexpr Column kChangeInputs[] = {
    {"order_id", "text"},           {"confirmed_at", "timestamptz"},
    {"canceled_at", "timestamptz"}, {"hold", "text"},
    {"customer_id", "text"},        {"canceled", "bigint"},
    {"credited", "bigint"},         {"given", "bigint"}};
inline constexpr SetStatement kChangeOrders{
    "change_orders", kChangeInputs,
    "UPDATE sale s SET confirmed_at = coalesce(u.confirmed_at, s.confirmed_at), "
    "canceled_at = coalesce(u.canceled_at, s.canceled_at), hold = coalesce(u.hold, s.hold), "
    "customer_id = coalesce(u.customer_id, s.customer_id), canceled = s.canceled + u.canceled, "
    "credited = s.credited + u.credited, given = s.given + u.given "
    "FROM {rows} WHERE s.order_id = u.order_id"};

// Only the order knows which of its lines are goods.
inline constexpr Column kUnitInputs[] = {
    {"order_id", "text"}, {"line_id", "text"}, {"quantity", "bigint"}};
inline constexpr SetStatement kCancelUnits{
    "cancel_units", kUnitInputs,
    "WITH goods AS (SELECT u.order_id, sum(u.quantity) AS quantity FROM {rows} "
    "JOIN sale s ON s.order_id = u.order_id "
    "CROSS JOIN LATERAL jsonb_array_elements(s.lines::jsonb) AS l(line) "
    "WHERE l.line ->> 'line_id' = u.line_id AND coalesce(l.line ->> 'kind', 'item') = 'item' "
    "GROUP BY u.order_id) "
    "UPDATE sale s SET canceled_items = s.canceled_items + g.quantity FROM goods g "
    "WHERE s.order_id = g.order_id"};

inline constexpr Column kKeyInputs[] = {{"person", "text"}};
inline constexpr SetStatement kForgetPersons{
    "forget_persons", kKeyInputs,
    "WITH u AS (SELECT * FROM {rows}), noted AS (INSERT INTO erased_person (person) "
    "SELECT u.person FROM u WHERE u.person <> '' ON CONFLICT DO NOTHING) "
    "UPDATE sale s SET email_hash = '' FROM u WHERE s.person = u.person"};

// From all of an order's payments and fulfillments. Most of their events change no sum.
inline constexpr Column kSaleInputs[] = {{"kind", "text"}, {"id", "text"}};
inline constexpr SetStatement kRefreshSales{
    "refresh_sales", kSaleInputs,
    "WITH u AS MATERIALIZED (SELECT * FROM {rows}), "
    "sales AS MATERIALIZED (SELECT p.order_id FROM payment p WHERE p.payment_id = "
    "ANY(ARRAY(SELECT id FROM u WHERE kind = 'p')) UNION "
    "SELECT f.order_id FROM fulfillment f WHERE f.fulfillment_id = "
    "ANY(ARRAY(SELECT id FROM u WHERE kind = 'f'))) "
    "UPDATE sale s SET captured = m.captured, refunded = m.refunded, held = m.held, "
    "unpaid_status = m.unpaid_status, shipped_items = n.shipped_items, "
    "delivered_items = n.delivered_items FROM sales o "
    "CROSS JOIN LATERAL payments_of(o.order_id) m CROSS JOIN LATERAL fulfillments_of(o.order_id) n "
    "WHERE s.order_id = o.order_id AND (s.captured, s.refunded, s.held, s.unpaid_status, "
    "s.shipped_items, s.delivered_items) IS DISTINCT FROM (m.captured, m.refunded, m.held, "
    "m.unpaid_status, n.shipped_items, n.delivered_items)"};

}  // namespace shop::projections::storefront
