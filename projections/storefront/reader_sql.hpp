// The storefront's queries. All over the stable views (view_store.hpp), all prepared once.
#pragma once

#include "projections/postgres/rows.hpp"
#include "projections/storefront/list_query.hpp"

namespace shop::projections::storefront {

// The list. First row: NULL and, of a text, the counts of count_facets() in the same snapshot, as
// "facets:in_range:products,…", if $8 asks for them. Then the items: product id, card, what is
// available, sort key.
// $1 currency, $2 text for to_tsquery, $3 and $4 price range, $5 category ids, $6 colors,
// $7 materials (NULL: any), $8 counts wanted, $9 only in stock, $10 limit, $11 and $12 sort key and
// product of the item before.
// Which parameters a shape does not use it still takes.
struct ListShape {
    Sort sort = Sort::kNewest;
    bool has_text = false;
    bool has_categories = false;
    bool has_key = false;
};
const postgres::Statement& list_statement(const ListShape& shape);

// $1 product ids, $2 currency → id, what is available.
inline constexpr postgres::Statement kAvailable{
    "available",
    "SELECT l.product_id, l.available FROM storefront.listing l "
    "WHERE l.product_id = ANY($1::text[]) AND l.currency = $2"};

// $1 slug, $2 currency → product id, version, the whole page.
inline constexpr postgres::Statement kPage{
    "page",
    "SELECT p.product_id, p.version, p.head || coalesce((SELECT string_agg(v.piece || "
    "CASE WHEN v.stock_id = '' THEN 1000000000 ELSE coalesce(s.sellable, 0) END || '}', ',' "
    "ORDER BY v.place) FROM unnest(p.variants, p.stock_ids) WITH ORDINALITY "
    "AS v(piece, stock_id, place) LEFT JOIN storefront.stock s ON s.stock_id = v.stock_id), '') "
    "|| p.tail || coalesce((SELECT l.available FROM storefront.listing l "
    "WHERE l.product_id = p.product_id AND l.currency = p.currency), 0) || '}' "
    "FROM storefront.page p WHERE p.slug = $1 AND p.currency IN ($2, '') LIMIT 1"};

// $1 slug a product had before → its slug now.
inline constexpr postgres::Statement kRedirect{
    "redirect",
    "SELECT p.slug FROM storefront.slug_redirect r JOIN storefront.page p USING (product_id) "
    "WHERE r.slug = $1 LIMIT 1"};

inline constexpr postgres::Statement kCategories{
    "categories",
    "SELECT category_id, slug, title, coalesce(parent, ''), place FROM storefront.category "
    "WHERE status = 'active' ORDER BY place, title"};

// $1 currency → what count_facets() counts from, of all listings: "facets:price,…", the facets
// negative if the product is not in stock. NULL if there are none.
inline constexpr postgres::Statement kAllListings{
    "all_listings",
    "SELECT string_agg((CASE WHEN l.available > 0 THEN l.facets ELSE -l.facets END) || ':' || "
    "l.price, ',') FROM storefront.listing l WHERE l.currency = $1"};

// $1 hashes → the sets of those names.
inline constexpr postgres::Statement kFacetSets{
    "facet_sets",
    "SELECT facets, color, material, band, categories FROM storefront.facet_set "
    "WHERE facets = ANY($1::bigint[])"};

// $1 words → for each that is not known: those known ones that share enough letters with it.
inline constexpr postgres::Statement kSimilarWords{
    "similar_words",
    "SELECT q.word, w.word, w.products FROM unnest($1::text[]) AS q(word) CROSS JOIN LATERAL "
    "(SELECT k.word, k.products FROM storefront.search_word k WHERE k.word % q.word "
    "ORDER BY similarity(k.word, q.word) DESC, k.products DESC, k.word LIMIT 40) w "
    "WHERE NOT EXISTS (SELECT FROM storefront.search_word e WHERE e.word = q.word)"};

// $1 beginning of a word, $2 what is behind all such words → the most frequent.
inline constexpr postgres::Statement kSuggestWords{
    "suggest_words",
    "SELECT word, products FROM storefront.search_word WHERE word >= $1 AND word < $2 "
    "ORDER BY products DESC, word LIMIT 5"};

}  // namespace shop::projections::storefront
