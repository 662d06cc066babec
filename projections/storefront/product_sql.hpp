// The statements of product_rows.cpp, which alone includes this.
#pragma once

#include "projections/row_set.hpp"

namespace shop::projections::storefront {

using postgres::Column;
using postgres::SetStatement;

inline constexpr Column kIdInputs[] = {{"product_id", "text"}};

inline constexpr SetStatement kLoadProducts{
    "load_products", kIdInputs,
    "SELECT p.product_id, p.version, p.state, p.created_at_us, p.changed_at_us "
    "FROM product p WHERE p.product_id = ANY(ARRAY(SELECT u.product_id FROM {rows}))"};

inline constexpr Column kProductInputs[] = {{"product_id", "text"},   {"version", "bigint"},
                                            {"status", "text"},       {"slug", "text"},
                                            {"title", "text"},        {"skus", "text"},
                                            {"created_at", "bigint"}, {"changed_at", "bigint"},
                                            {"state", "text"},        {"prices_until", "bigint"}};
inline constexpr SetStatement kUpsertProducts{
    "upsert_products", kProductInputs,
    "INSERT INTO product (product_id, version, status, slug, title, skus, created_at_us, "
    "changed_at_us, state, prices_until_us) SELECT u.product_id, u.version, u.status, u.slug, "
    "u.title, u.skus::text[], u.created_at, u.changed_at, u.state, u.prices_until "
    "FROM {rows} ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, "
    "status = excluded.status, slug = excluded.slug, title = excluded.title, "
    "skus = excluded.skus, changed_at_us = excluded.changed_at_us, state = excluded.state, "
    "prices_until_us = excluded.prices_until_us"};

// So many that a sale that begins for all goods is shown soon, and no transaction is long.
inline constexpr postgres::Statement kFindStale{
    "find_stale",
    "SELECT product_id FROM product WHERE prices_until_us <= $1::bigint "
    "ORDER BY prices_until_us LIMIT 1000"};
inline constexpr postgres::Statement kHasStale{
    "has_stale", "SELECT 1 FROM product WHERE prices_until_us <= $1::bigint LIMIT 1"};

inline constexpr SetStatement kClearVariants{
    "clear_variants", kIdInputs,
    "DELETE FROM variant WHERE product_id = ANY(ARRAY(SELECT u.product_id FROM {rows}))"};
inline constexpr SetStatement kClearPages{
    "clear_pages", kIdInputs,
    "DELETE FROM page WHERE product_id = ANY(ARRAY(SELECT u.product_id FROM {rows}))"};
inline constexpr SetStatement kClearListings{
    "clear_listings", kIdInputs,
    "DELETE FROM listing WHERE product_id = ANY(ARRAY(SELECT u.product_id FROM {rows}))"};

inline constexpr SetStatement kClearCards{
    "clear_cards", kIdInputs,
    "DELETE FROM card WHERE product_id = ANY(ARRAY(SELECT u.product_id FROM {rows}))"};

inline constexpr Column kVariantInputs[] = {{"product_id", "text"},
                                            {"variant_id", "text"},
                                            {"place", "integer"},
                                            {"sku", "text"},
                                            {"stock_id", "text"}};
inline constexpr SetStatement kInsertVariants{
    "insert_variants", kVariantInputs,
    "INSERT INTO variant (product_id, variant_id, place, sku, stock_id) "
    "SELECT u.product_id, u.variant_id, u.place, u.sku, u.stock_id FROM {rows}"};

inline constexpr Column kPageInputs[] = {
    {"product_id", "text"}, {"currency", "text"}, {"slug", "text"},      {"version", "bigint"},
    {"head", "text"},       {"variants", "text"}, {"stock_ids", "text"}, {"tail", "text"}};
inline constexpr SetStatement kInsertPages{
    "insert_pages", kPageInputs,
    "INSERT INTO page (product_id, currency, slug, version, head, variants, stock_ids, tail) "
    "SELECT u.product_id, u.currency, u.slug, u.version, u.head, u.variants::text[], "
    "u.stock_ids::text[], u.tail FROM {rows}"};

inline constexpr Column kListingInputs[] = {
    {"product_id", "text"}, {"currency", "text"},     {"price", "bigint"},
    {"title", "text"},      {"created_at", "bigint"}, {"facets", "bigint"},
    {"color", "text"},      {"material", "text"},     {"categories", "text"},
    {"codes", "text"},      {"attributes", "text"},   {"description", "text"}};
inline constexpr SetStatement kInsertListings{
    "insert_listings", kListingInputs,
    "INSERT INTO listing (product_id, currency, price, title, created_at, facets, color, material, "
    "categories, available, words) "
    "SELECT u.product_id, u.currency, u.price, u.title, u.created_at, u.facets, u.color, "
    "u.material, u.categories::text[], coalesce((SELECT a.available "
    "FROM product_stock a WHERE a.product_id = u.product_id), 0), "
    "setweight(to_tsvector('english', u.title), 'A') || "
    "setweight(to_tsvector('simple', u.codes), 'A') || "
    "setweight(to_tsvector('english', u.attributes), 'B') || "
    "setweight(to_tsvector('english', u.description), 'D') FROM {rows}"};

inline constexpr Column kCardInputs[] = {
    {"product_id", "text"}, {"currency", "text"}, {"card", "text"}};
inline constexpr SetStatement kInsertCards{"insert_cards", kCardInputs,
                                           "INSERT INTO card (product_id, currency, card) "
                                           "SELECT u.product_id, u.currency, u.card FROM {rows}"};

inline constexpr Column kFacetInputs[] = {{"facets", "bigint"},
                                          {"color", "text"},
                                          {"material", "text"},
                                          {"band", "integer"},
                                          {"categories", "text"}};
inline constexpr SetStatement kInsertFacets{
    "insert_facets", kFacetInputs,
    "INSERT INTO facet_set (facets, color, material, band, categories) "
    "SELECT u.facets, u.color, u.material, u.band, u.categories::text[] FROM {rows} "
    "ON CONFLICT DO NOTHING"};

inline constexpr Column kRedirectInputs[] = {{"slug", "text"}, {"product_id", "text"}};
inline constexpr SetStatement kInsertRedirects{
    "insert_redirects", kRedirectInputs,
    "INSERT INTO slug_redirect (slug, product_id) SELECT u.slug, u.product_id FROM {rows} "
    "ON CONFLICT DO NOTHING"};

inline constexpr Column kWordInputs[] = {{"word", "text"}, {"products", "bigint"}};
inline constexpr SetStatement kAddWords{
    "add_words", kWordInputs,
    "INSERT INTO search_word AS w (word, products) SELECT u.word, u.products FROM {rows} "
    "ON CONFLICT (word) DO UPDATE SET products = w.products + excluded.products"};
inline constexpr SetStatement kDropWords{"drop_words", kWordInputs,
                                         "DELETE FROM search_word w WHERE w.products = 0 AND "
                                         "w.word = ANY(ARRAY(SELECT u.word FROM {rows}))"};

}  // namespace shop::projections::storefront
