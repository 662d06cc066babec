#include "api/demo/year/shop_books.hpp"
#include "projections/postgres/database.hpp"

namespace shop::demo {
namespace {

// Orders with a line at a price, by London's month; the row without a month is the whole year.
constexpr std::string_view kSales = R"(
WITH line AS (
    SELECT s.order_id, s.customer_id, s.placed_at,
           coalesce((l->>'quantity')::bigint, 0) AS quantity,
           coalesce((l->'gross'->>'minor_units')::bigint, 0) AS gross,
           coalesce((l->'unit_price'->'money'->>'minor_units')::bigint, 0) > 0
               OR coalesce((l->'unit_price'->'precise'->>'units')::bigint, 0) > 0 AS has_price
    FROM storefront.sale s, jsonb_array_elements(s.lines::jsonb) l
    WHERE s.external_system = $1 AND s.placed_at IS NOT NULL
), sold AS (
    SELECT customer_id, to_char(placed_at AT TIME ZONE 'Europe/London', 'YYYY-MM') AS month,
           sum(gross)::bigint AS gross, sum(quantity)::bigint AS units
    FROM line WHERE has_price GROUP BY order_id, customer_id, placed_at
), buyer AS (
    SELECT customer_id, count(*) AS orders FROM sold WHERE customer_id <> '' GROUP BY customer_id
)
SELECT coalesce(month, ''), count(*), sum(gross)::bigint, sum(units)::bigint,
       coalesce(to_char(round(sum(gross)::numeric / count(*) / 100, 2), 'FM999999990.00'), '0.00'),
       (SELECT count(*) FROM buyer), (SELECT count(*) FROM buyer WHERE orders > 1),
       count(*) FILTER (WHERE customer_id = '')
FROM sold GROUP BY ROLLUP (month))";

constexpr std::string_view kNotes = R"(
SELECT count(*), coalesce(sum(total), 0)::bigint FROM storefront.credit_note
WHERE external_system = $1)";

MonthFigures month_of(const postgres::Rows& sales, std::size_t row) {
    return {.gross = pounds_text(sales.integer(row, 2)),
            .orders = sales.integer(row, 1),
            .units = sales.integer(row, 3),
            .aov = std::string(sales.text(row, 4))};
}

}  // namespace

Result<YearFigures> figures_of_views(postgres::Database& views, const std::string& system) {
    SHOP_TRY(sales, views.query(kSales, {system}));
    SHOP_TRY(notes, views.query(kNotes, {system}));
    YearFigures figures;
    std::int64_t gross = 0;
    for (std::size_t row = 0; row < sales.size(); ++row) {
        const MonthFigures month = month_of(sales, row);
        if (!sales.text(row, 0).empty()) {
            figures.months[std::string(sales.text(row, 0))] = month;
            continue;
        }
        gross = sales.integer(row, 2);
        figures.orders = month.orders;
        figures.gross = month.gross;
        figures.units = month.units;
        figures.aov = month.aov;
        figures.customers = sales.integer(row, 5);
        figures.repeat_customers = sales.integer(row, 6);
        figures.orders_without_customer = sales.integer(row, 7);
    }
    figures.cancelled_documents = notes.integer(0, 0);
    figures.refunds = pounds_text(notes.integer(0, 1));
    figures.net = pounds_text(gross - notes.integer(0, 1));
    return figures;
}

}  // namespace shop::demo
