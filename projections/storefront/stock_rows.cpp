#include "projections/storefront/stock_rows.hpp"

#include "projections/generations.hpp"
#include "projections/postgres/database.hpp"
#include "projections/storefront/patch.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Column;
using postgres::Database;
using postgres::RowSet;
using postgres::SetStatement;

constexpr Column kLevelInputs[] = {{"stock_id", "text"},       {"variant_id", "text"},
                                   {"inventory_item", "text"}, {"location", "text"},
                                   {"tracked", "boolean"},     {"backorder_limit", "bigint"},
                                   {"safety_stock", "bigint"}, {"on_hand", "bigint"}};
constexpr SetStatement kAddLevels{
    "add_levels", kLevelInputs,
    "INSERT INTO stock AS s (stock_id, variant_id, inventory_item, location, tracked, "
    "backorder_limit, safety_stock, on_hand) "
    "SELECT u.stock_id, coalesce(u.variant_id, ''), coalesce(u.inventory_item, ''), "
    "coalesce(u.location, ''), coalesce(u.tracked, true), coalesce(u.backorder_limit, 0), "
    "coalesce(u.safety_stock, 0), u.on_hand FROM {rows} "
    "ON CONFLICT (stock_id) DO NOTHING"};
constexpr SetStatement kChangeLevels{
    "change_levels", kLevelInputs,
    "UPDATE stock s SET variant_id = coalesce(u.variant_id, s.variant_id), "
    "inventory_item = coalesce(u.inventory_item, s.inventory_item), "
    "location = coalesce(u.location, s.location), tracked = coalesce(u.tracked, s.tracked), "
    "backorder_limit = coalesce(u.backorder_limit, s.backorder_limit), "
    "safety_stock = coalesce(u.safety_stock, s.safety_stock), "
    "on_hand = s.on_hand + u.on_hand FROM {rows} WHERE s.stock_id = u.stock_id"};

// The totals move by the difference between what each line held before and holds now; both parts
// of the statement see the table as it was before.
constexpr Column kHoldInputs[] = {{"stock_id", "text"},
                                  {"line_id", "text"},
                                  {"order_id", "text"},
                                  {"held", "bigint"},
                                  {"allocated", "bigint"}};
constexpr SetStatement kWriteHolds{
    "write_holds", kHoldInputs,
    "WITH new AS (SELECT * FROM {rows}), "
    "moved AS (SELECT n.stock_id, sum(n.held - coalesce(h.held, 0)) AS held, "
    "sum(n.allocated - coalesce(h.allocated, 0)) AS allocated FROM new n "
    "LEFT JOIN stock_hold h ON h.stock_id = n.stock_id AND h.line_id = n.line_id "
    "GROUP BY n.stock_id), "
    "totals AS (UPDATE stock s SET held = s.held + m.held, allocated = s.allocated + m.allocated "
    "FROM moved m WHERE s.stock_id = m.stock_id), "
    "gone AS (DELETE FROM stock_hold h USING new n WHERE h.stock_id = n.stock_id "
    "AND h.line_id = n.line_id AND n.held = 0 AND n.allocated = 0) "
    "INSERT INTO stock_hold (stock_id, line_id, order_id, held, allocated) "
    "SELECT stock_id, line_id, order_id, held, allocated FROM new "
    "WHERE held <> 0 OR allocated <> 0 "
    "ON CONFLICT (stock_id, line_id) DO UPDATE SET order_id = excluded.order_id, "
    "held = excluded.held, allocated = excluded.allocated"};

// A product may have several stocks, each in a partition of its own: two batches that change two of
// them must not each miss the other's.
constexpr Column kStockInputs[] = {{"stock_id", "text"}};
constexpr SetStatement kLockListings{
    "lock_listings", kStockInputs,
    "WITH product AS MATERIALIZED (SELECT DISTINCT v.product_id FROM variant v "
    "WHERE v.stock_id = ANY(ARRAY(SELECT u.stock_id FROM {rows}))) "
    "SELECT 1 FROM listing l WHERE l.product_id = ANY(ARRAY(SELECT p.product_id FROM product p "
    "WHERE (SELECT min(v.stock_id) <> max(v.stock_id) FROM variant v "
    "WHERE v.product_id = p.product_id))) ORDER BY l.product_id, l.currency FOR NO KEY UPDATE"};

constexpr Column kRefreshInputs[] = {{"kind", "text"}, {"id", "text"}};
constexpr SetStatement kRefreshListings{
    "refresh_listings", kRefreshInputs,
    "WITH u AS MATERIALIZED (SELECT * FROM {rows}), "
    "product AS MATERIALIZED (SELECT v.product_id FROM variant v WHERE v.stock_id = "
    "ANY(ARRAY(SELECT id FROM u WHERE kind = 's')) UNION SELECT id FROM u WHERE kind = 'p'), "
    "before AS (SELECT l.product_id, l.currency, l.available AS was, t.available FROM "
    "(SELECT * FROM product_stock WHERE product_id = ANY(ARRAY(SELECT product_id FROM product))) t "
    "JOIN listing l ON l.product_id = t.product_id WHERE l.available <> t.available), "
    "done AS (UPDATE listing l SET available = b.available FROM before b "
    "WHERE l.product_id = b.product_id AND l.currency = b.currency "
    "RETURNING l.product_id, (b.was > 0) <> (b.available > 0) AS flipped) "
    "SELECT p.product_id, coalesce(bool_or(d.flipped), false) FROM product p "
    "LEFT JOIN done d ON d.product_id = p.product_id GROUP BY 1"};

}  // namespace

void StockRows::fold(const RecordedEvent& event) {
    visit_event<stock::Event>(event.data, [&]<class Event>(const Event& data) {
        const std::string stock = event.stream.to_string();
        stocks_.insert(stock);
        const auto level = [&]() -> Level& { return levels_[stock]; };
        const auto hold = [&](const stock::Reservation& reservation) -> Hold& {
            Hold& own = holds_[{stock, reservation.line_id.to_string()}];
            own.order_id = reservation.order_id.to_string();
            return own;
        };
        if constexpr (std::is_same_v<Event, stock::Opened>) {
            Level& own = level();
            own.variant_id = data.variant_id.to_string();
            own.inventory_item = data.inventory_item;
            own.location = data.location;
        } else if constexpr (std::is_same_v<Event, stock::PolicySet>) {
            Level& own = level();
            own.tracked = data.tracked;
            own.backorder_limit = data.backorder_limit;
            own.safety_stock = data.safety_stock;
        } else if constexpr (std::is_same_v<Event, stock::Received>) {
            level().on_hand += data.quantity;
        } else if constexpr (std::is_same_v<Event, stock::Adjusted>) {
            level().on_hand += data.delta;
        } else if constexpr (std::is_same_v<Event, stock::Reserved>) {
            hold(data.reservation).held = data.quantity;
        } else if constexpr (std::is_same_v<Event, stock::Allocated>) {
            Hold& own = hold(data.reservation);
            own.held = 0;
            own.allocated = data.quantity;
        } else if constexpr (std::is_same_v<Event, stock::Released>) {
            if (data.quantity == 0) return;
            Hold& own = hold(data.reservation);
            own.held = data.held;
            own.allocated = data.allocated;
        } else if constexpr (std::is_same_v<Event, stock::Shipped>) {
            level().on_hand -= data.taken;
            hold({data.order_id, data.line_id}).allocated = data.left;
        } else if constexpr (std::is_same_v<Event, stock::Restocked>) {
            if (data.disposition == stock::Disposition::kSellable) level().on_hand += data.quantity;
        } else {
            static_assert(std::is_same_v<Event, stock::ReservationRefused>);
        }
    });
}

Status StockRows::write(Database& database) {
    SHOP_TRY_STATUS(write_levels(database));
    return write_holds(database);
}

// Most items are there already, and an update in place is cheaper than a failed insert; the insert
// comes second, so that no row gets its units twice.
Status StockRows::write_levels(Database& database) {
    RowSet changed(kChangeLevels, mode_);
    RowSet added(kAddLevels, mode_);
    for (const auto& [id, level] : levels_)
        for (RowSet* rows : {&changed, &added}) {
            rows->text(id);
            add(*rows, level.variant_id);
            add(*rows, level.inventory_item);
            add(*rows, level.location);
            add(*rows, level.tracked);
            add(*rows, level.backorder_limit);
            add(*rows, level.safety_stock);
            rows->integer(level.on_hand);
        }
    SHOP_TRY(done, changed.run(database));
    if (done.affected() == static_cast<std::int64_t>(levels_.size())) return {};
    return run(database, added);
}

Status StockRows::write_holds(Database& database) {
    RowSet rows(kWriteHolds, mode_);
    for (const auto& [key, hold] : holds_)
        rows.text(key.first)
            .text(key.second)
            .text(hold.order_id)
            .integer(hold.held)
            .integer(hold.allocated);
    return run(database, rows);
}

Status StockRows::refresh_listings(Database& database, const std::set<std::string>& listed,
                                   Touched& touched) const {
    RowSet changed(kLockListings, mode_);
    for (const std::string& stock : stocks_) changed.text(stock);
    SHOP_TRY_STATUS(run(database, changed));
    RowSet ids(kRefreshListings, mode_);
    for (const std::string& product : listed) ids.text("p").text(product);
    for (const std::string& stock : stocks_) ids.text("s").text(stock);
    SHOP_TRY(rows, ids.run(database));
    bool flipped = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        touched.push_back(name_hash("product", rows.text(i, 0)));
        flipped = flipped || rows.boolean(i, 1);
    }
    if (flipped) touched.push_back(name_hash("listing"));
    return {};
}

}  // namespace shop::projections::storefront
