// The statements of staff_lists.cpp, which alone includes this. Each gives id, sort key and a JSON
// object per row. They are planned each time: which index is best hangs on the filters and values.
//
// The parameters are the members of the list's filters (staff_lists.hpp), then sort key and id of
// the row before, then how many rows.
#pragma once

#include "projections/postgres/rows.hpp"

// Texts of SQL: a time as RFC 3339, as microseconds, and one of microseconds; an amount; what may
// be empty; a pair of another system's.
#define SHOP_SQL_UTC(time) \
    "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
#define SHOP_SQL_US(time) "(extract(epoch FROM " time ") * 1000000)::bigint"
#define SHOP_SQL_TIME(us) "(timestamptz 'epoch' + " us "::bigint * interval '1 microsecond')"
#define SHOP_SQL_MONEY(amount) \
    "json_build_object('minor_units', " amount ", 'currency', t.currency)"
#define SHOP_SQL_EXTERNAL                 \
    "CASE WHEN t.external_id <> '' THEN " \
    "json_build_object('system', t.external_system, 'id', t.external_id) END"
#define SHOP_SQL_ACTOR "json_build_object('kind', t.actor_kind, 'id', nullif(t.actor_id, ''))"
#define SHOP_SQL_ORDER_NUMBER(order) \
    "(SELECT s.number FROM storefront.sale s WHERE s.order_id = " order ")"
// A refund failed, and was neither asked for again nor settled otherwise.
#define SHOP_SQL_IS_OWED                                                      \
    "(t.status = 'failed' AND NOT EXISTS (SELECT 1 FROM storefront.refund a " \
    "WHERE a.replaces = t.refund_id AND a.replaces <> ''))"
// A movement; of two variants that draw on its item, the first SKU.
#define SHOP_SQL_MOVEMENT                                                        \
    "json_build_object('stock_id', t.stock_id, 'sku', (SELECT min(v.sku) "       \
    "FROM storefront.variant v WHERE v.stock_id = t.stock_id), 'kind', t.kind, " \
    "'units', t.units, 'on_hand_change', t.on_hand, 'counted', t.counted, "      \
    "'reason', nullif(t.reason, ''), 'note', nullif(t.note, ''), "               \
    "'document', nullif(t.document, ''), 'order_id', nullif(t.order_id, ''), "   \
    "'actor', " SHOP_SQL_ACTOR ", 'moved_at', " SHOP_SQL_UTC("t.moved_at") ")::text"
// Orders whose number begins like that: of many, those with the highest numbers.
#define SHOP_SQL_NUMBERED(parameter)                                              \
    "ARRAY(SELECT s.order_id FROM storefront.sale s WHERE s.number ^@ " parameter \
    " ORDER BY s.number USING ~>~ LIMIT 300)"
// Rows behind the one before, the newest first.
#define SHOP_SQL_PAGE(time, id, us_parameter, id_parameter, limit_parameter)                     \
    " AND (" us_parameter "::bigint IS NULL OR (" time ", " id                                   \
    ") < (" SHOP_SQL_TIME(us_parameter) ", " id_parameter "::text)) ORDER BY " time " DESC, " id \
                                        " DESC LIMIT " limit_parameter "::int"

namespace shop::projections::storefront {

inline constexpr postgres::Statement kSales{
    "sales",
    "SELECT t.order_id, " SHOP_SQL_US("t.placed_at") ", json_build_object("
    "'id', t.order_id, 'number', t.number, 'status', t.status, "
    "'payment_status', t.payment_status, 'fulfillment_status', t.fulfillment_status, "
    "'return_status', 'none', 'hold', nullif(t.hold, ''), "
    "'placed_at', " SHOP_SQL_UTC("t.placed_at") ", 'source', t.source, 'external', "
    SHOP_SQL_EXTERNAL ", 'customer_id', nullif(t.customer_id, ''), 'country', t.country, "
    "'items', t.items, 'total', " SHOP_SQL_MONEY("t.total") ", 'due', " SHOP_SQL_MONEY("t.due")
    ", 'captured', " SHOP_SQL_MONEY("t.captured") ", 'refunded', " SHOP_SQL_MONEY("t.refunded")
    ", 'balance', " SHOP_SQL_MONEY("t.balance") ")::text "
    "FROM storefront.sale t WHERE ($1::text IS NULL OR t.status = $1) "
    "AND ($2::text IS NULL OR t.payment_status = $2) "
    "AND ($3::text IS NULL OR t.fulfillment_status = $3) "
    "AND ($4::text IS NULL OR sign(t.balance) = CASE $4 WHEN 'negative' THEN -1 "
    "WHEN 'positive' THEN 1 ELSE 0 END::float8) "
    "AND ($5::text IS NULL OR t.customer_id = $5) AND ($6::text IS NULL OR t.country = $6) "
    "AND ($7::timestamptz IS NULL OR t.placed_at >= $7) "
    "AND ($8::timestamptz IS NULL OR t.placed_at < $8) "
    "AND ($9::text IS NULL OR t.order_id = ANY(" SHOP_SQL_NUMBERED("$9") ")) "
    "AND ($10::text IS NULL OR t.order_id = ANY(" SHOP_SQL_NUMBERED("$10") " || "
    "ARRAY(SELECT s.order_id FROM storefront.sale s WHERE s.external_id = $10))) "
    "AND ($11::text IS NULL OR t.email_hash = $11)"
    SHOP_SQL_PAGE("t.placed_at", "t.order_id", "$12", "$13", "$14"), true};

inline constexpr postgres::Statement kStaffProducts{
    "staff_products",
    "SELECT p.product_id, p.created_at_us, json_build_object('id', p.product_id, "
    "'status', p.status, 'title', p.title, 'slug', p.slug, 'skus', p.skus, 'created_at', "
    SHOP_SQL_UTC(SHOP_SQL_TIME("p.created_at_us")) ", 'changed_at', "
    SHOP_SQL_UTC(SHOP_SQL_TIME("p.changed_at_us")) ")::text "
    "FROM storefront.product p WHERE ($1::text IS NULL OR p.status = $1) "
    "AND ($2::text IS NULL OR (SELECT bool_and(strpos(lower(p.title || ' ' || p.slug || ' ' || "
    "array_to_string(p.skus, ' ')), w.word) > 0) "
    "FROM regexp_split_to_table(lower($2), '\\s+') AS w(word))) "
    "AND ($3::bigint IS NULL OR (p.created_at_us, p.product_id) < ($3::bigint, $4::text)) "
    "ORDER BY p.created_at_us DESC, p.product_id DESC LIMIT $5::int", true};

inline constexpr postgres::Statement kFulfillments{
    "fulfillments",
    "SELECT t.fulfillment_id, " SHOP_SQL_US("t.created_at") ", json_build_object("
    "'id', t.fulfillment_id, 'order_id', t.order_id, 'order_number', "
    SHOP_SQL_ORDER_NUMBER("t.order_id") ", 'number', t.number, "
    "'status', t.status, 'location', t.location, 'items', t.items, 'carrier', t.carrier, "
    "'tracking', coalesce(t.tracking, '{}'), 'reason', t.reason, 'note', t.note, "
    "'created_at', " SHOP_SQL_UTC("t.created_at") ", 'shipped_at', " SHOP_SQL_UTC("t.shipped_at")
    ", 'ended_at', " SHOP_SQL_UTC("t.ended_at") ")::text "
    "FROM storefront.fulfillment t WHERE ($1::text IS NULL OR t.status = $1) "
    "AND ($2::text IS NULL OR t.order_id = $2) AND ($3::text IS NULL OR t.location = $3) "
    "AND ($4::timestamptz IS NULL OR t.created_at >= $4) "
    "AND ($5::timestamptz IS NULL OR t.created_at < $5) "
    "AND ($6::text IS NULL OR t.tracking @> ARRAY[$6] OR t.order_id = "
    "ANY(ARRAY(SELECT s.order_id FROM storefront.sale s WHERE s.number = $6)))"
    SHOP_SQL_PAGE("t.created_at", "t.fulfillment_id", "$7", "$8", "$9"), true};

inline constexpr postgres::Statement kCreditNotes{
    "credit_notes",
    "SELECT t.credit_note_id, " SHOP_SQL_US("t.requested_at") ", json_build_object("
    "'id', t.credit_note_id, 'number', t.number, 'status', t.status, 'order_ids', t.order_ids, "
    "'customer_id', nullif(t.customer_id, ''), 'external', " SHOP_SQL_EXTERNAL ", "
    "'reverses', nullif(t.reverses, ''), 'reason', t.reason, 'note', t.note, 'items', t.items, "
    "'total', " SHOP_SQL_MONEY("t.total") ", 'settled', " SHOP_SQL_MONEY("t.settled") ", "
    "'requested_at', " SHOP_SQL_UTC("t.requested_at") ", 'issued_at', "
    SHOP_SQL_UTC("t.issued_at") ")::text "
    "FROM storefront.credit_note t WHERE ($1::text IS NULL OR t.status = $1) "
    "AND ($2::text IS NULL OR t.order_ids @> ARRAY[$2]) "
    "AND ($3::text IS NULL OR t.customer_id = $3) AND ($4::text IS NULL OR t.reason = $4) "
    "AND ($5::timestamptz IS NULL OR t.requested_at >= $5) "
    "AND ($6::timestamptz IS NULL OR t.requested_at < $6) "
    "AND ($7::text IS NULL OR t.number::text = $7 OR t.external_id = $7 OR t.order_ids && "
    "ARRAY(SELECT s.order_id FROM storefront.sale s WHERE s.number = $7))"
    SHOP_SQL_PAGE("t.requested_at", "t.credit_note_id", "$8", "$9", "$10"), true};

inline constexpr postgres::Statement kPayments{
    "payments",
    "SELECT t.payment_id, " SHOP_SQL_US("t.initiated_at") ", json_build_object("
    "'id', t.payment_id, 'order_id', nullif(t.order_id, ''), 'order_number', "
    SHOP_SQL_ORDER_NUMBER("t.order_id") ", 'attempt', t.attempt, 'provider', t.provider, "
    "'method', nullif(t.method, ''), 'reference', nullif(t.provider_reference, ''), "
    "'status', t.status, 'code', nullif(t.failure, ''), 'amount', " SHOP_SQL_MONEY("t.amount")
    ", 'authorized', " SHOP_SQL_MONEY("coalesce(t.authorized, 0)") ", 'captured', "
    SHOP_SQL_MONEY("t.captured") ", 'refunded', " SHOP_SQL_MONEY(
    "(SELECT coalesce(sum(r.amount), 0) FROM storefront.refund r "
    "WHERE r.payment_id = t.payment_id AND r.status IN ('refunded', 'settled'))")
    ", 'initiated_at', " SHOP_SQL_UTC("t.initiated_at") ", 'changed_at', "
    SHOP_SQL_UTC("t.changed_at") ")::text "
    "FROM storefront.payment t WHERE ($1::text IS NULL OR t.status = $1) "
    "AND ($2::text IS NULL OR t.provider = $2) AND ($3::text IS NULL OR t.order_id = $3) "
    "AND ($4::timestamptz IS NULL OR t.initiated_at >= $4) "
    "AND ($5::timestamptz IS NULL OR t.initiated_at < $5) "
    "AND ($6::text IS NULL OR t.provider_reference = $6 OR t.order_id = "
    "ANY(ARRAY(SELECT s.order_id FROM storefront.sale s WHERE s.number = $6)))"
    SHOP_SQL_PAGE("t.initiated_at", "t.payment_id", "$7", "$8", "$9"), true};

inline constexpr postgres::Statement kRefunds{
    "refunds",
    "SELECT t.refund_id, " SHOP_SQL_US("t.requested_at") ", json_build_object("
    "'id', t.refund_id, 'payment_id', t.payment_id, 'order_id', nullif(p.order_id, ''), "
    "'order_number', " SHOP_SQL_ORDER_NUMBER("p.order_id") ", 'provider', p.provider, "
    "'credit_note_id', nullif(t.credit_note_id, ''), 'status', t.status, "
    "'is_owed', " SHOP_SQL_IS_OWED ", 'replaces', nullif(t.replaces, ''), "
    "'code', nullif(t.failure, ''), 'amount', " SHOP_SQL_MONEY("t.amount")
    ", 'reason', nullif(t.reason, ''), 'requested_at', " SHOP_SQL_UTC("t.requested_at")
    ", 'changed_at', " SHOP_SQL_UTC("t.changed_at") ")::text "
    "FROM storefront.refund t JOIN storefront.payment p ON p.payment_id = t.payment_id "
    "WHERE ($1::text IS NULL OR t.status = $1) "
    "AND ($2::boolean IS NULL OR " SHOP_SQL_IS_OWED " = $2::boolean) "
    "AND ($3::text IS NULL OR p.provider = $3) AND ($4::text IS NULL OR t.payment_id = $4) "
    "AND ($5::text IS NULL OR p.order_id = $5) "
    "AND ($6::text IS NULL OR (t.credit_note_id = $6 AND t.credit_note_id <> '')) "
    "AND ($7::timestamptz IS NULL OR t.requested_at >= $7) "
    "AND ($8::timestamptz IS NULL OR t.requested_at < $8) "
    "AND ($9::text IS NULL OR p.provider_reference = $9 OR p.order_id = "
    "ANY(ARRAY(SELECT s.order_id FROM storefront.sale s WHERE s.number = $9)))"
    SHOP_SQL_PAGE("t.requested_at", "t.refund_id", "$10", "$11", "$12"), true};

// … no more than that it is there, and what is sealed: key and ciphertext.
inline constexpr postgres::Statement kNotes{
    "notes",
    "SELECT t.order_id, t.number, json_build_object('number', t.number, 'actor', " SHOP_SQL_ACTOR
    ", 'noted_at', " SHOP_SQL_UTC("t.noted_at") ")::text, false, t.person, t.sealed "
    "FROM storefront.order_note t WHERE t.order_id = $1 AND ($2::bigint IS NULL OR "
    "(t.number < $2::bigint AND $3::text IS NOT NULL)) ORDER BY t.number DESC LIMIT $4::int",
    true};

// … whether the customer was erased, and what is sealed: key and ciphertext.
inline constexpr postgres::Statement kCustomers{
    "customers",
    "SELECT t.customer_id, " SHOP_SQL_US("t.known_since") ", json_build_object("
    "'id', t.customer_id, 'status', t.status, 'kind', t.kind, 'country', nullif(t.country, ''), "
    "'country_text', nullif(t.country_text, ''), 'external', " SHOP_SQL_EXTERNAL ", "
    "'orders', (SELECT count(*) FROM storefront.sale s WHERE s.customer_id = t.customer_id "
    "AND s.customer_id <> ''), 'known_since', " SHOP_SQL_UTC("t.known_since") ", "
    "'changed_at', " SHOP_SQL_UTC("t.changed_at") ")::text, t.status = 'erased', t.person, "
    "t.personal FROM storefront.customer t WHERE ($1::text IS NULL OR t.status = $1) "
    "AND ($2::text IS NULL OR t.kind = $2) AND ($3::text IS NULL OR t.country = $3) "
    "AND ($4::text IS NULL OR t.customer_id = $4 OR t.external_id ^@ $4) "
    "AND ($5::text IS NULL OR t.email_hash = $5)"
    SHOP_SQL_PAGE("t.known_since", "t.customer_id", "$6", "$7", "$8"), true};

// What was never received has no row of its own yet.
inline constexpr postgres::Statement kStock{
    "stock",
    "SELECT v.variant_id, v.sku, json_build_object('sku', v.sku, 'title', p.title, "
    "'product_id', v.product_id, 'variant_id', v.variant_id, 'on_hand', coalesce(s.on_hand, 0), "
    "'held', coalesce(s.held, 0), 'allocated', coalesce(s.allocated, 0), "
    "'reserved', coalesce(s.held + s.allocated, 0), "
    "'available', coalesce(s.on_hand - s.held - s.allocated - s.safety_stock, 0), "
    "'tracked', coalesce(s.tracked, true), 'backorder_limit', coalesce(s.backorder_limit, 0), "
    "'safety_stock', coalesce(s.safety_stock, 0))::text "
    "FROM storefront.variant v JOIN storefront.product p ON p.product_id = v.product_id "
    "LEFT JOIN storefront.stock s ON s.stock_id = v.stock_id WHERE v.stock_id <> '' "
    "AND ($1::bigint IS NULL OR (coalesce(s.tracked, true) AND "
    "coalesce(s.on_hand - s.held - s.allocated - s.safety_stock, 0) <= $1::bigint)) "
    "AND ($2::text IS NULL OR strpos(lower(v.sku || ' ' || p.title), lower($2)) > 0) "
    "AND ($3::text IS NULL OR (v.sku, v.variant_id) > ($3::text, $4::text)) "
    "ORDER BY v.sku, v.variant_id LIMIT $5::int",
    true};

inline constexpr postgres::Statement kItemMovements{
    "item_movements",
    "SELECT t.stock_id, t.version, " SHOP_SQL_MOVEMENT
    " FROM storefront.stock_movement t WHERE t.stock_id = $1 "
    "AND ($2::text IS NULL OR t.kind = $2) AND ($3::text IS NULL OR t.order_id = $3) "
    "AND ($4::timestamptz IS NULL OR t.moved_at >= $4) "
    "AND ($5::timestamptz IS NULL OR t.moved_at < $5) "
    "AND ($6::bigint IS NULL OR (t.version < $6::bigint AND $7::text IS NOT NULL)) "
    "ORDER BY t.version DESC LIMIT $8::int",
    true};

// The id is that of the item, and the movement's version of it.
inline constexpr postgres::Statement kMovements{
    "movements",
    "SELECT t.stock_id || '.' || t.version, " SHOP_SQL_US("t.moved_at") ", " SHOP_SQL_MOVEMENT
    " FROM storefront.stock_movement t WHERE ($1::text IS NULL OR t.kind = $1) "
    "AND ($2::text IS NULL OR (t.order_id = $2 AND t.order_id <> '')) "
    "AND ($3::text IS NULL OR t.document = $3) "
    "AND ($4::text IS NULL OR t.actor_id = $4) AND ($5::text IS NULL OR t.actor_kind = $5) "
    "AND ($6::timestamptz IS NULL OR t.moved_at >= $6) "
    "AND ($7::timestamptz IS NULL OR t.moved_at < $7) "
    "AND ($8::bigint IS NULL OR (t.moved_at, t.stock_id, t.version) < ("
    SHOP_SQL_TIME("$8") ", split_part($9::text, '.', 1), split_part($9::text, '.', 2)::bigint)) "
    "ORDER BY t.moved_at DESC, t.stock_id DESC, t.version DESC LIMIT $10::int", true};

}  // namespace shop::projections::storefront

#undef SHOP_SQL_UTC
#undef SHOP_SQL_US
#undef SHOP_SQL_TIME
#undef SHOP_SQL_MONEY
#undef SHOP_SQL_EXTERNAL
#undef SHOP_SQL_ACTOR
#undef SHOP_SQL_ORDER_NUMBER
#undef SHOP_SQL_IS_OWED
#undef SHOP_SQL_MOVEMENT
#undef SHOP_SQL_NUMBERED
#undef SHOP_SQL_PAGE
