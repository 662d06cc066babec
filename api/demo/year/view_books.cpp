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

// Money and units of the same orders and notes. Receipts and counts before this shop's own are told
// by their time: the year ended in 2011.
constexpr std::string_view kMoves = R"(
WITH sold AS (
    SELECT order_id, captured, refunded, balance FROM storefront.sale WHERE external_system = $1
), noted AS (
    SELECT credit_note_id, number, status FROM storefront.credit_note WHERE external_system = $1
), moved AS (
    SELECT kind, units, on_hand FROM storefront.stock_movement
    WHERE CASE kind WHEN 'shipped' THEN order_id IN (SELECT order_id FROM sold)
                    WHEN 'restocked' THEN document IN (SELECT credit_note_id FROM noted)
                    ELSE moved_at < '2012-01-01Z' END
)
SELECT coalesce(sum(captured), 0)::bigint, coalesce(sum(refunded), 0)::bigint,
       coalesce(sum(abs(balance)), 0)::bigint,
       (SELECT count(*) FROM noted WHERE status = 'settled'),
       (SELECT coalesce(max(number), 0) FROM noted),
       (SELECT coalesce(-sum(units), 0)::bigint FROM moved WHERE kind = 'shipped'),
       (SELECT coalesce(sum(units), 0)::bigint FROM moved WHERE kind = 'restocked'),
       (SELECT coalesce(sum(on_hand), 0)::bigint FROM moved)
FROM sold)";

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
    SHOP_TRY(moves, views.query(kMoves, {system}));
    YearFigures figures{.moves = {.captured = pounds_text(moves.integer(0, 0)),
                                  .refunded = pounds_text(moves.integer(0, 1)),
                                  .open_balances = pounds_text(moves.integer(0, 2)),
                                  .notes_settled = moves.integer(0, 3),
                                  .highest_note_number = moves.integer(0, 4),
                                  .units_shipped = moves.integer(0, 5),
                                  .units_returned = moves.integer(0, 6),
                                  .units_on_hand = moves.integer(0, 7)}};
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
