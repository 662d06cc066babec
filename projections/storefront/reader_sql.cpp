#include "projections/storefront/reader_sql.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

namespace shop::projections::storefront {
namespace {

constexpr std::size_t kShapes = 5 * 2 * 2 * 2;

// Ranks are kept as integers, so that a cursor names exactly the item it stands behind.
struct Order {
    std::string_view key;
    std::string_view type;
    bool descending = false;
};

Order order_of(Sort sort) {
    switch (sort) {
        case Sort::kRelevance:
            return {"(ts_rank(l.words, q.query, 1) * 1000000)::bigint", "bigint", true};
        case Sort::kPrice:
            return {"l.price", "bigint", false};
        case Sort::kPriceDesc:
            return {"l.price", "bigint", true};
        case Sort::kNewest:
            return {"l.created_at", "bigint", true};
        case Sort::kName:
            return {"l.title", "text", false};
    }
    return {};
}

std::string from_of(const ListShape& shape) {
    std::string from = "FROM storefront.listing l";
    if (shape.has_text) from += ", to_tsquery('english', $2::text) AS q(query)";
    from += " WHERE l.currency = $1";
    if (shape.has_text) from += " AND l.words @@ q.query";
    return from;
}

// What the filters and the counts look at. With a text the matching rows are fetched once for both;
// without one the items come from an index, and nothing is counted.
constexpr std::string_view kMatching =
    "SELECT l.product_id, l.price, l.facets, l.color, l.material, l.categories, l.available";

std::string source_of(const ListShape& shape) {
    return shape.has_text ? "FROM m l WHERE true" : from_of(shape);
}

// Counts look at every product that matches the text; the filters are applied to them later.
constexpr std::string_view kCounts =
    "CASE WHEN $8::boolean THEN "
    "(SELECT string_agg(c.code || ':' || c.in_range || ':' || c.products, ',') FROM "
    "(SELECT CASE WHEN m.available > 0 THEN m.facets ELSE -m.facets END AS code, "
    "(m.price BETWEEN $3::bigint AND $4::bigint)::int AS in_range, count(*) AS products "
    "FROM m GROUP BY 1, 2) c) END";

std::string items_of(const ListShape& shape) {
    const Order order = order_of(shape.sort);
    const std::string_view key = shape.has_text ? "l.key" : order.key;
    std::string items = fmt::format(
        "SELECT l.product_id, l.available, {} AS key {} "
        "AND l.price BETWEEN $3::bigint AND $4::bigint "
        "AND ($6::text[] IS NULL OR l.color = ANY($6::text[])) "
        "AND ($7::text[] IS NULL OR l.material = ANY($7::text[])) "
        "AND (NOT $9::boolean OR l.available > 0)",
        key, source_of(shape));
    if (shape.has_categories) items += " AND l.categories && $5::text[]";
    if (shape.has_key)
        items += fmt::format(" AND ({}, l.product_id) {} ($11::{}, $12::text)", key,
                             order.descending ? "<" : ">", order.type);
    const std::string_view direction = order.descending ? "DESC" : "ASC";
    return items + fmt::format(" ORDER BY {} {}, l.product_id {} LIMIT $10::int", key, direction,
                               direction);
}

// Parameters that a shape has no use for are named once all the same, so that every shape takes
// all twelve, with their types.
std::string unused_of(const ListShape& shape) {
    return fmt::format(
        " AND ($2::text IS NULL OR true) AND ($5::text[] IS NULL OR true) "
        "AND ($8::boolean IS NULL OR true) AND ($11::{} IS NULL OR true) "
        "AND ($12::text IS NULL OR true)",
        order_of(shape.sort).type);
}

std::string sql_of(const ListShape& shape) {
    const std::string matching =
        shape.has_text ? fmt::format("WITH m AS MATERIALIZED ({}, {} AS key {}) ", kMatching,
                                     order_of(shape.sort).key, from_of(shape))
                       : std::string();
    return fmt::format(
        "{}(SELECT NULL::text, {}, 0::bigint, NULL::text WHERE true{}) UNION ALL (SELECT "
        "i.product_id, (SELECT c.card FROM storefront.card c "
        "WHERE c.product_id = i.product_id AND c.currency = $1), i.available, i.key::text FROM "
        "({}) i)",
        matching, shape.has_text ? kCounts : "NULL::text", unused_of(shape), items_of(shape));
}

std::size_t index_of(const ListShape& shape) {
    return static_cast<std::size_t>(shape.sort) * 8 + (shape.has_text ? 4 : 0) +
           (shape.has_categories ? 2 : 0) + (shape.has_key ? 1 : 0);
}

struct Text {
    std::string name;
    std::string sql;
    bool plan_anew = false;
};

std::array<Text, kShapes> make_texts() {
    std::array<Text, kShapes> texts;
    for (int sort = 0; sort < 5; ++sort)
        for (int bits = 0; bits < 8; ++bits) {
            const ListShape shape{static_cast<Sort>(sort), (bits & 4) != 0, (bits & 2) != 0,
                                  (bits & 1) != 0};
            // A rank needs a text.
            if (shape.sort == Sort::kRelevance && !shape.has_text) continue;
            // Of a text, the index of its words is the best plan whatever the values. A category
            // may hold five products or half of the shop.
            texts[index_of(shape)] = {fmt::format("list_{}", index_of(shape)), sql_of(shape),
                                      shape.has_categories && !shape.has_text};
        }
    return texts;
}

}  // namespace

const postgres::Statement& list_statement(const ListShape& shape) {
    static const std::array<Text, kShapes> kTexts = make_texts();
    static const std::array<postgres::Statement, kShapes> kStatements = [] {
        std::array<postgres::Statement, kShapes> statements;
        for (std::size_t i = 0; i < kShapes; ++i)
            statements[i] = {kTexts[i].name, kTexts[i].sql, kTexts[i].plan_anew};
        return statements;
    }();
    return kStatements[index_of(shape)];
}

}  // namespace shop::projections::storefront
