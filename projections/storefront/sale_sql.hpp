// The statements of sale_rows.cpp, which alone includes this.
#pragma once

#include "projections/row_set.hpp"

namespace shop::projections::storefront {

using postgres::Column;
using postgres::SetStatement;

inline constexpr Column kOrderInputs[] = {{"order_id", "text"},
                                          {"number", "text"},
                                          {"status", "text"},
                                          {"placed_at", "timestamptz"},
                                          {"canceled_at", "timestamptz"},
                                          {"source", "text"},
                                          {"channel", "text"},
                                          {"checkout_id", "text"},
                                          {"cart_id", "text"},
                                          {"customer_id", "text"},
                                          {"person", "text"},
                                          {"contact", "text"},
                                          {"country", "text"},
                                          {"currency", "text"},
                                          {"items", "bigint"},
                                          {"items_total", "bigint"},
                                          {"discount", "bigint"},
                                          {"shipping", "bigint"},
                                          {"tax", "bigint"},
                                          {"total", "bigint"},
                                          {"lines", "text"},
                                          {"access_token_hash", "text"},
                                          {"email_hash", "text"}};
inline constexpr SetStatement kPlaceOrders{
    "place_orders", kOrderInputs,
    "INSERT INTO sale AS s (order_id, number, status, placed_at, canceled_at, source, channel, "
    "checkout_id, cart_id, customer_id, person, contact, country, currency, items, items_total, "
    "discount, shipping, tax, total, lines, access_token_hash, email_hash) "
    "SELECT u.order_id, u.number, u.status, u.placed_at, u.canceled_at, u.source, u.channel, "
    "u.checkout_id, u.cart_id, u.customer_id, u.person, u.contact, u.country, u.currency, "
    "u.items, u.items_total, u.discount, u.shipping, u.tax, u.total, u.lines, "
    "u.access_token_hash, u.email_hash FROM {rows} ON CONFLICT (order_id) DO NOTHING"};

inline constexpr Column kStatusInputs[] = {
    {"order_id", "text"}, {"status", "text"}, {"canceled_at", "timestamptz"}};
inline constexpr SetStatement kChangeOrders{
    "change_orders", kStatusInputs,
    "UPDATE sale s SET status = u.status, canceled_at = coalesce(u.canceled_at, s.canceled_at) "
    "FROM {rows} WHERE s.order_id = u.order_id"};

inline constexpr Column kPaymentInputs[] = {{"payment_id", "text"},
                                            {"order_id", "text"},
                                            {"attempt", "bigint"},
                                            {"provider", "text"},
                                            {"method", "text"},
                                            {"status", "text"},
                                            {"currency", "text"},
                                            {"amount", "bigint"},
                                            {"authorized", "bigint"},
                                            {"captured", "bigint"},
                                            {"provider_reference", "text"},
                                            {"failure", "text"},
                                            {"initiated_at", "timestamptz"},
                                            {"changed_at", "timestamptz"}};
inline constexpr SetStatement kUpsertPayments{
    "upsert_payments", kPaymentInputs,
    "INSERT INTO payment AS p (payment_id, order_id, attempt, provider, method, status, currency, "
    "amount, authorized, captured, provider_reference, failure, initiated_at, changed_at) "
    "SELECT u.payment_id, u.order_id, u.attempt, u.provider, u.method, u.status, u.currency, "
    "u.amount, u.authorized, u.captured, u.provider_reference, u.failure, u.initiated_at, "
    "u.changed_at FROM {rows} ON CONFLICT (payment_id) DO UPDATE SET "
    "order_id = coalesce(excluded.order_id, p.order_id), "
    "attempt = coalesce(excluded.attempt, p.attempt), "
    "provider = coalesce(excluded.provider, p.provider), "
    "method = coalesce(excluded.method, p.method), "
    "status = coalesce(excluded.status, p.status), "
    "currency = coalesce(excluded.currency, p.currency), "
    "amount = coalesce(excluded.amount, p.amount), "
    "authorized = coalesce(excluded.authorized, p.authorized), "
    "captured = p.captured + excluded.captured, "
    "provider_reference = coalesce(excluded.provider_reference, p.provider_reference), "
    "failure = coalesce(excluded.failure, p.failure), "
    "initiated_at = coalesce(excluded.initiated_at, p.initiated_at), "
    "changed_at = excluded.changed_at"};

// From all of an order's payments: money taken, then money held, then what may still come, then
// how the last ones ended.
inline constexpr Column kSaleInputs[] = {{"kind", "text"}, {"id", "text"}};
inline constexpr SetStatement kRefreshSales{
    "refresh_sales", kSaleInputs,
    "WITH u AS MATERIALIZED (SELECT * FROM {rows}), "
    "sales AS (SELECT id AS order_id FROM u WHERE kind = 'o' UNION "
    "SELECT p.order_id FROM payment p WHERE p.payment_id = "
    "ANY(ARRAY(SELECT id FROM u WHERE kind = 'p'))), "
    "sums AS (SELECT o.order_id, coalesce(sum(p.captured), 0) AS captured, "
    "coalesce(sum(p.authorized) FILTER (WHERE p.status = 'authorized'), 0) AS held, "
    "count(*) FILTER (WHERE p.status IN "
    "('initiated', 'action_required', 'pending', 'unknown')) AS undecided, "
    "count(*) FILTER (WHERE p.status = 'voided') AS voided, "
    "count(*) FILTER (WHERE p.status = 'expired') AS expired "
    "FROM sales o LEFT JOIN payment p ON p.order_id = o.order_id GROUP BY o.order_id) "
    "UPDATE sale s SET payment_status = CASE "
    "WHEN s.total = 0 THEN 'not_required' "
    "WHEN m.captured + m.held > s.total THEN 'overpaid' "
    "WHEN m.captured >= s.total THEN 'captured' "
    "WHEN m.captured > 0 THEN 'partially_captured' "
    "WHEN m.held > 0 THEN 'authorized' "
    "WHEN m.undecided > 0 THEN 'pending' "
    "WHEN m.voided > 0 THEN 'voided' "
    "WHEN m.expired > 0 THEN 'expired' ELSE 'pending' END "
    "FROM sums m WHERE s.order_id = m.order_id"};

}  // namespace shop::projections::storefront
