#include "api/history/history_importer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/json/encode.hpp"

namespace shop::history {
namespace {

std::string product_name(const std::string& sku) {
    return "product " + sku;
}
std::string goods_name(const std::string& sku) {
    return "goods " + sku;
}
std::string customer_name(const std::string& id) {
    return "customer " + id;
}
std::string order_name(const std::string& id) {
    return "order " + id;
}

Ties ties(const Product& product) {
    return {.needs = {}, .gives = {product_name(product.sku)}};
}
Ties ties(const Customer& customer) {
    return {.needs = {}, .gives = {customer_name(customer.id)}};
}
Ties ties(const Receipt& receipt) {
    return {.needs = {product_name(receipt.sku)}, .gives = {goods_name(receipt.sku)}};
}
Ties ties(const Adjustment& adjustment) {
    const std::string& sku = adjustment.sku;
    if (adjustment.delta > 0) return {.needs = {product_name(sku)}, .gives = {goods_name(sku)}};
    return {.needs = {product_name(sku), goods_name(sku)}, .gives = {}};
}
Ties ties(const Order& order) {
    Ties all{.needs = {}, .gives = {order_name(order.id)}};
    if (order.customer) all.needs.push_back(customer_name(*order.customer));
    for (const OrderLine& line : order.lines) {
        if (line.kind != sale::LineKind::kItem) continue;
        all.needs.push_back(product_name(*line.sku));
        all.needs.push_back(goods_name(*line.sku));
    }
    return all;
}
Ties ties(const CreditNote& note) {
    Ties all;
    if (note.customer) all.needs.push_back(customer_name(*note.customer));
    for (const CreditLine& line : note.lines) {
        if (line.order) all.needs.push_back(order_name(*line.order));
        if (line.kind == sale::LineKind::kItem) all.needs.push_back(product_name(*line.sku));
        if (line.restock) all.gives.push_back(goods_name(*line.sku));
    }
    for (const Settlement& settlement : note.settle)
        if (settlement.order) all.needs.push_back(order_name(*settlement.order));
    return all;
}
// What is paid may be given back.
Ties ties(const Payment& payment) {
    return {.needs = {order_name(payment.order)}, .gives = {order_name(payment.order)}};
}
Ties ties(const Refund& refund) {
    return {.needs = {order_name(refund.order)}, .gives = {}};
}

// In the order in which they are documented; what is no record comes last.
std::ptrdiff_t place_of(std::string_view type) {
    static constexpr std::array kTypes = {Product::kName,    Customer::kName, Receipt::kName,
                                          Adjustment::kName, Order::kName,    CreditNote::kName,
                                          Payment::kName,    Refund::kName};
    return std::ranges::find(kTypes, type) - kTypes.begin();
}

// History is of the past.
std::optional<Error> not_yet(const HistoryRecord& record, Time now) {
    const bool is_past = std::visit(
        [&](const auto& held) {
            if constexpr (requires { held.payments; })
                for (const OrderPayment& payment : held.payments)
                    if (payment.at && *payment.at > now) return false;
            if constexpr (requires { held.at; }) return held.at <= now;
            return true;
        },
        record);
    if (is_past) return std::nullopt;
    return Error{ErrorCode::kInvalid, "in-the-future", "it tells of a time that has not come yet"};
}

Fate refused(const HistoryRecord& record, std::uint64_t number, const Error& error) {
    return {.line = number,
            .type = std::string(type_of(record)),
            .id = id_of(record),
            .outcome = Outcome::kRefused,
            .code = error.type,
            .reason = reason_of(error)};
}

Fate fate_of(const HistoryRecord& record, std::uint64_t number, bool is_new) {
    return {.line = number,
            .type = std::string(type_of(record)),
            .id = id_of(record),
            .outcome = is_new ? Outcome::kAccepted : Outcome::kAlreadyThere};
}

}  // namespace

Ties ties_of(const HistoryRecord& record) {
    return std::visit([](const auto& held) { return ties(held); }, record);
}

HistoryImporter::HistoryImporter(const RecordSender::Parts& parts, ImportOptions options,
                                 Submission base)
    : options_(std::move(options)),
      shop_({parts.engine, parts.catalog, parts.home}, options_.system),
      sender_(parts, options_.system, std::move(base)),
      checks_(options_.system),
      precedence_(parts.home),
      window_(parts.home, options_.under_way) {
    report_.dry_run = options_.dry_run;
}

Task<bool> HistoryImporter::add(std::string line, std::uint64_t number) {
    auto record = reader_.read(line, number);
    if (!record) {
        tell({.line = number,
              .outcome = Outcome::kRefused,
              .code = record.error().type,
              .reason = record.error().message});
        co_return true;
    }
    const Status room = co_await make_room();
    if (!room) {
        tell(refused(*record, number, room.error()));
        co_return true;
    }
    const bool is_repeated = checks_.is_repeated(*record);
    const auto moved = co_await check(&*record);
    if (!moved) {
        tell(refused(*record, number, moved.error()));
        co_return true;
    }
    const RecordSums sums = moved->value_or(RecordSums());
    if (options_.dry_run || is_repeated) {
        tell(fate_of(*record, number, moved->has_value()), sums);
        co_return true;
    }
    co_await window_.room();
    Precedence::Place place = precedence_.enter(ties_of(*record));
    window_.start(carry_out({std::move(*record), number, sums, std::move(place)}));
    co_return true;
}

Task<HistoryReport> HistoryImporter::finish() {
    co_await window_.empty();
    std::ranges::sort(report_.kinds, {},
                      [](const KindReport& kind) { return place_of(kind.type); });
    co_return report_;
}

Task<bool> HistoryImporter::carry_out(Work work) {
    co_await precedence_.reach(&work.place);
    const Sent sent = co_await sender_.send(&work.record);
    precedence_.leave(work.place);
    if (sent)
        tell(fate_of(work.record, work.number, *sent), work.sums);
    else
        tell(refused(work.record, work.number, sent.error()));
    co_return true;
}

// What is under way is in the shop before what follows asks for it.
Task<Status> HistoryImporter::make_room() {
    if (checks_.remembered() < options_.remembered_max) co_return Status();
    if (options_.dry_run)
        co_return fail(ErrorCode::kInvalid, "too-long-for-a-dry-run",
                       fmt::format("a dry run remembers {} records and lines of orders, and those "
                                   "before this one are as many; import them, and then run the "
                                   "rest dry as a file of its own",
                                   options_.remembered_max));
    co_await window_.empty();
    checks_.forget();
    co_return Status();
}

// What it moves; nothing if it is there already: told by the file before, or in the shop.
Task<Result<std::optional<RecordSums>>> HistoryImporter::check(const HistoryRecord* record) {
    if (checks_.is_repeated(*record)) co_return std::nullopt;
    if (auto refusal = not_yet(*record, shop_.now()))
        co_return std::unexpected(std::move(*refusal));
    for (const Named& named : checks_.not_told(*record)) {
        if (!co_await look_up(named))
            co_return fail(ErrorCode::kNotFound, fmt::format("unknown-{}", enum_name(named.kind)),
                           fmt::format("neither the lines before it nor the shop know the {} {}",
                                       enum_name(named.kind), named.id));
    }
    if (co_await is_there(record)) {
        checks_.pass(*record);
        co_return std::nullopt;
    }
    co_return checks_.check(*record);
}

Task<bool> HistoryImporter::look_up(Named named) {
    if (named.kind == NamedKind::kOrder) {
        auto order = co_await shop_.find_order(named.id);
        if (order) checks_.know(std::move(*order));
        co_return order.has_value();
    }
    const bool knows =
        co_await (named.kind == NamedKind::kProduct ? shop_.knows_product(named.id)
                                                    : shop_.knows_customer(named.id));
    if (knows) checks_.know(named);
    co_return knows;
}

// What is left of an order that the shop has is what the shop says, and not the file.
Task<bool> HistoryImporter::is_there(const HistoryRecord* record) {
    if (const auto* order = std::get_if<Order>(record))
        if (auto sold = co_await shop_.find_order(order->id, order)) checks_.know(std::move(*sold));
    co_return co_await shop_.has(record);
}

void HistoryImporter::tell(Fate fate, const RecordSums& sums) {
    if (options_.tell_fates && fates_.size() < kFateBytesMax)
        fates_ += json::to_json(fate, json::Defaults::kOmit) + "\n";
    report_.add(fate, sums);
}

}  // namespace shop::history
