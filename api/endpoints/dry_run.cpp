#include "api/endpoints/dry_run.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/checkout_answer.hpp"
#include "api/endpoints/dry_run_money.hpp"
#include "api/http/json_body.hpp"
#include "api/http/schema_of.hpp"
#include "api/services.hpp"

namespace shop::api {
namespace {

// What a stock item would be told. Setting units aside that were held changes no level.
struct StockCall {
    StockId stock;
    OrderId order;
    StockMoveKind kind = StockMoveKind::kShip;
    std::int64_t quantity = 0;
    LineId whole_line = {};  // of a release: whatever the line has, instead of a quantity
};

std::optional<StockCall> stock_call(const AnyCall& call) {
    if (const auto* reserve = std::get_if<stock::Reserve>(&call))
        return StockCall{reserve->stock, reserve->reservation.order_id, StockMoveKind::kReserve,
                         reserve->quantity};
    if (const auto* ship = std::get_if<stock::Ship>(&call))
        return StockCall{ship->stock, ship->order_id, StockMoveKind::kShip, ship->quantity};
    if (const auto* restock = std::get_if<stock::Restock>(&call)) {
        if (restock->disposition != stock::Disposition::kSellable) return std::nullopt;
        return StockCall{restock->stock, restock->order_id, StockMoveKind::kRestock,
                         restock->quantity};
    }
    const auto* release = std::get_if<stock::Release>(&call);
    if (release == nullptr) return std::nullopt;
    const auto& [order, line, _] = release->reservation;
    StockCall whole{release->stock, order, StockMoveKind::kRelease, 0, line};
    if (release->cancellation == 0) return whole;
    return StockCall{release->stock, order, StockMoveKind::kRelease, release->quantity};
}

// What the goods are called, by their stock items, as they were sold.
class Names {
  public:
    void learn(const sale::Line& line) { skus_.emplace(line.stock_id, line.sku); }
    void learn(const NewEvent& event) {
        if (const auto* started = event.data.get_if<checkout::Started>())
            for (const sale::Line& line : started->lines) learn(line);
        if (const auto* credited = event.data.get_if<credit_note::Requested>())
            for (const credit_note::Line& line : credited->lines) learn(line.line);
    }
    bool knows(const StockId& stock) const { return skus_.contains(stock); }
    std::string of(const StockId& stock, const stock::State& state) const {
        const auto at = skus_.find(stock);
        return at == skus_.end() ? state.inventory_item : at->second;
    }

  private:
    std::unordered_map<StockId, std::string> skus_;
};

StockMove move_of(const StockCall& call, const Names& names, const stock::State& stock) {
    const std::int64_t line_has = stock::quantity_in(stock.held, call.whole_line) +
                                  stock::quantity_in(stock.allocated, call.whole_line);
    return {names.of(call.stock, stock), call.kind,
            call.whole_line.is_empty() ? call.quantity : line_has};
}

// What the call itself records of the stock item of that SKU.
std::vector<StockMove> recorded_moves(const std::vector<NewEvent>& events, const std::string& sku) {
    std::vector<StockMove> moves;
    for (const NewEvent& event : events) {
        if (const auto* received = event.data.get_if<stock::Received>())
            moves.push_back({sku, StockMoveKind::kReceive, received->quantity});
        if (const auto* adjusted = event.data.get_if<stock::Adjusted>())
            moves.push_back({sku, StockMoveKind::kAdjust, adjusted->delta});
    }
    return moves;
}

Task<Result<std::vector<StockMove>>> stock_of(Services& services, Executor& home, Trial trial,
                                              std::string sku) {
    Names names;
    for (const NewEvent& event : trial.events) names.learn(event);
    std::vector<StockMove> moves = recorded_moves(trial.events, sku);
    for (const Effect& effect : trial.owed) {
        const auto call = stock_call(effect.call);
        if (!call) continue;
        if (!names.knows(call->stock)) {
            const auto sold = co_await services.engine.read(home, call->order);
            if (!sold) co_return std::unexpected(sold.error());
            if (const auto* order = state_in<order::State>(*sold))
                for (const sale::Line& line : order->placed.lines) names.learn(line);
        }
        const auto read = co_await services.engine.read(home, call->stock);
        if (!read) co_return std::unexpected(read.error());
        // An item that was never opened has no level.
        if (const auto* stock = state_in<stock::State>(*read))
            moves.push_back(move_of(*call, names, *stock));
    }
    co_return moves;
}

// ---- What is not there --------------------------------------------------------------------------

// What a stock item would refuse of it; nothing if it would hold the units.
Task<Result<std::optional<checkout::RefusedLine>>> refused_of(Services& services, Executor& home,
                                                              Submission submission) {
    const stock::Reserve call = *submission.command.get_if<stock::Reserve>();
    const auto trial = co_await services.engine.try_out(home, std::move(submission));
    if (!trial) co_return std::unexpected(trial.error());
    for (const NewEvent& event : trial->events)
        if (const auto* refused = event.data.get_if<stock::ReservationRefused>())
            co_return checkout::RefusedLine{call.reservation.line_id, refused->requested,
                                            refused->available};
    co_return std::nullopt;
}

std::vector<NamedLine> names_of(const Trial& trial) {
    std::vector<NamedLine> names;
    for (const NewEvent& event : trial.events)
        if (const auto* started = event.data.get_if<checkout::Started>())
            for (const sale::Line& line : started->lines)
                names.push_back({line.line_id, line.sku, line.title});
    return names;
}

// Each item is asked for all that the lines before want of it too: kConflict "out-of-stock", as the
// call itself would come to it. `base` is the call.
Task<Status> check_there(Services& services, Executor& home, Submission base, Trial trial) {
    checkout::Outcome outcome{.kind = checkout::OutcomeKind::kFailed};
    std::unordered_map<StockId, std::int64_t> wanted;
    for (const Effect& effect : trial.owed) {
        const auto* reserve = std::get_if<stock::Reserve>(&effect.call);
        if (reserve == nullptr) continue;
        stock::Reserve all = *reserve;
        all.quantity = wanted[all.stock] += reserve->quantity;
        base.command = all;
        const auto refused = co_await refused_of(services, home, base);
        if (!refused) co_return std::unexpected(refused.error());
        if (*refused) outcome.lines.push_back(**refused);
        outcome.order_id = reserve->reservation.order_id;
    }
    if (outcome.lines.empty()) co_return Status{};
    co_return std::unexpected(out_of_stock(outcome, names_of(trial)));
}

}  // namespace

void may_run_dry(http::Route& route) {
    route.parameters.push_back({.name = "dry_run",
                                .description = "1: says what the call would do, and does nothing",
                                .one_of = {"0", "1"}});
    route.answer = http::one_of(*route.answer, http::schema_of<DryRunView>());
    if (std::ranges::find(route.statuses, 200) == route.statuses.end())
        route.statuses.insert(route.statuses.begin(), 200);
}

bool is_dry_run(const http::Request& request) {
    return request.argument("dry_run") == "1";
}

Task<http::Response> answer_dry_run(Services& services, Executor& home, Submission submission,
                                    std::string sku) {
    const Result<Trial> trial = co_await services.engine.try_out(home, submission);
    if (!trial) co_return http::problem(trial.error());
    const Status there = co_await check_there(services, home, std::move(submission), *trial);
    if (!there) co_return http::problem(there.error());
    auto stock = co_await stock_of(services, home, *trial, std::move(sku));
    if (!stock) co_return http::problem(stock.error());
    auto money = co_await money_of(services, home, trial->events);
    if (!money) co_return http::problem(money.error());
    auto orders = co_await orders_of(services, home, trial->events);
    if (!orders) co_return http::problem(orders.error());
    DryRunView view{std::move(*money), std::move(*orders), std::move(*stock), {}};
    for (const NewEvent& event : trial->events)
        view.events.emplace_back(
            event.data.visit([]<class Event>(const Event&) { return Event::kType; }));
    http::Response response = http::json_answer(200, view);
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace shop::api
