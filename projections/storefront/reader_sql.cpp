#include "projections/storefront/reader_sql.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

namespace shop::projections::storefront {
namespace {

constexpr std::size_t kShapes = 5 * 2 * 2 * 2;

// Ranks are kept as integers, so that a cursor names exactly the item it stands behind. Shorter
// titles come first among equals.
struct Order {
    std::string_view key;
    std::string_view order;
    std::string_view behind;
};

Order order_of(Sort sort) {
    switch (sort) {
        case Sort::kRelevance:
            return {"(ts_rank(l.words, q.query, 1) * 1000000)::integer", "key DESC, product_id",
                    "(key < $11::bigint OR (key = $11::bigint AND product_id > $12::text))"};
        case Sort::kPrice:
            return {"l.price", "l.price, l.product_id",
                    "(l.price, l.product_id) > ($11::bigint, $12::text)"};
        case Sort::kPriceDesc:
            return {"l.price", "l.price DESC, l.product_id DESC",
                    "(l.price, l.product_id) < ($11::bigint, $12::text)"};
        case Sort::kNewest:
            return {"l.created_at", "l.created_at DESC, l.product_id DESC",
                    "(l.created_at, l.product_id) < ($11::bigint, $12::text)"};
        case Sort::kName:
            return {"l.title", "l.title, l.product_id",
                    "(l.title, l.product_id) > ($11::text, $12::text)"};
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

// Counts look at every product that matches the text; the filters are applied to them later.
std::string counts_of(const ListShape& shape) {
    return fmt::format(
        "SELECT string_agg(c.code || ':' || c.in_range || ':' || c.products, ',') FROM "
        "(SELECT CASE WHEN l.available > 0 THEN l.facets ELSE -l.facets END AS code, "
        "(l.price BETWEEN $3::bigint AND $4::bigint)::int AS in_range, count(*) AS products "
        "{} GROUP BY 1, 2) c",
        from_of(shape));
}

std::string items_of(const ListShape& shape) {
    const Order order = order_of(shape.sort);
    const bool ranked = shape.sort == Sort::kRelevance;
    std::string items = fmt::format(
        "SELECT l.product_id, l.card, l.available, {} AS key {} "
        "AND l.price BETWEEN $3::bigint AND $4::bigint "
        "AND ($6::text[] IS NULL OR l.color = ANY($6::text[])) "
        "AND ($7::text[] IS NULL OR l.material = ANY($7::text[])) "
        "AND (NOT $9::boolean OR l.available > 0)",
        order.key, from_of(shape));
    if (shape.has_categories) items += " AND l.categories && $5::text[]";
    if (ranked) items = "SELECT * FROM (" + items + ") i WHERE true";
    if (shape.has_key) items += fmt::format(" AND {}", order.behind);
    return items + fmt::format(" ORDER BY {} LIMIT $10::int", order.order);
}

// Parameters that a shape has no use for are named once all the same, so that every shape takes
// all twelve, with their types.
std::string unused_of(const ListShape& shape) {
    return fmt::format(
        " AND ($2::text IS NULL OR true) AND ($5::text[] IS NULL OR true) "
        "AND ($11::{} IS NULL OR true) AND ($12::text IS NULL OR true)",
        shape.sort == Sort::kName ? "text" : "bigint");
}

std::string sql_of(const ListShape& shape) {
    return fmt::format(
        "(SELECT NULL::text, CASE WHEN $8::boolean THEN ({}) END, 0::bigint, NULL::text "
        "WHERE true{}) UNION ALL (SELECT i.product_id, i.card, i.available, i.key::text FROM "
        "({}) i)",
        counts_of(shape), unused_of(shape), items_of(shape));
}

std::size_t index_of(const ListShape& shape) {
    return static_cast<std::size_t>(shape.sort) * 8 + (shape.has_text ? 4 : 0) +
           (shape.has_categories ? 2 : 0) + (shape.has_key ? 1 : 0);
}

struct Text {
    std::string name;
    std::string sql;
};

std::array<Text, kShapes> make_texts() {
    std::array<Text, kShapes> texts;
    for (int sort = 0; sort < 5; ++sort)
        for (int bits = 0; bits < 8; ++bits) {
            const ListShape shape{static_cast<Sort>(sort), (bits & 4) != 0, (bits & 2) != 0,
                                  (bits & 1) != 0};
            // A rank needs a text.
            if (shape.sort == Sort::kRelevance && !shape.has_text) continue;
            texts[index_of(shape)] = {fmt::format("list_{}", index_of(shape)), sql_of(shape)};
        }
    return texts;
}

}  // namespace

const postgres::Statement& list_statement(const ListShape& shape) {
    static const std::array<Text, kShapes> kTexts = make_texts();
    static const std::array<postgres::Statement, kShapes> kStatements = [] {
        std::array<postgres::Statement, kShapes> statements;
        for (std::size_t i = 0; i < kShapes; ++i) statements[i] = {kTexts[i].name, kTexts[i].sql};
        return statements;
    }();
    return kStatements[index_of(shape)];
}

}  // namespace shop::projections::storefront
