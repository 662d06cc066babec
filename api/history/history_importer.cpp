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

Fate refused(const HistoryRecord& record, std::uint64_t number, const Error& error) {
    return {.line = number,
            .type = std::string(type_of(record)),
            .id = id_of(record),
            .outcome = Outcome::kRefused,
            .code = error.type,
            .reason = reason_of(error)};
}

}  // namespace

Ties ties_of(const HistoryRecord& record) {
    return std::visit([](const auto& held) { return ties(held); }, record);
}

HistoryImporter::HistoryImporter(const RecordSender::Parts& parts, ImportOptions options,
                                 Submission base)
    : options_(std::move(options)),
      sender_(parts, options_.system, std::move(base)),
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
    const Result<bool> is_new = co_await check(&*record);
    if (!is_new) {
        tell(refused(*record, number, is_new.error()));
        co_return true;
    }
    if (options_.dry_run || !*is_new) {
        tell({.line = number,
              .type = std::string(type_of(*record)),
              .id = id_of(*record),
              .outcome = *is_new ? Outcome::kAccepted : Outcome::kAlreadyThere});
        co_return true;
    }
    co_await window_.room();
    Precedence::Place place = precedence_.enter(ties_of(*record));
    window_.start(carry_out(std::move(*record), number, std::move(place)));
    co_return true;
}

Task<HistoryReport> HistoryImporter::finish() {
    co_await window_.empty();
    std::ranges::sort(report_.kinds, {},
                      [](const KindReport& kind) { return place_of(kind.type); });
    co_return report_;
}

Task<bool> HistoryImporter::carry_out(HistoryRecord record, std::uint64_t number,
                                      Precedence::Place place) {
    co_await precedence_.reach(&place);
    const Sent sent = co_await sender_.send(&record);
    precedence_.leave(place);
    if (!sent) {
        tell(refused(record, number, sent.error()));
        co_return true;
    }
    tell({.line = number,
          .type = std::string(type_of(record)),
          .id = id_of(record),
          .outcome = *sent ? Outcome::kAccepted : Outcome::kAlreadyThere});
    co_return true;
}

// False if the file told it before.
Task<Result<bool>> HistoryImporter::check(const HistoryRecord* record) {
    FileChecks::Verdict verdict = checks_.check(*record);
    if (verdict.refusal) co_return std::unexpected(std::move(*verdict.refusal));
    for (const Named& named : verdict.not_told) {
        if (!co_await knows(named))
            co_return fail(ErrorCode::kNotFound, fmt::format("unknown-{}", enum_name(named.kind)),
                           fmt::format("neither the lines before it nor the shop know the {} {}",
                                       enum_name(named.kind), named.id));
        checks_.know(named);
    }
    co_return !verdict.is_repeated;
}

Task<bool> HistoryImporter::knows(Named named) {
    switch (named.kind) {
        case NamedKind::kProduct:
            return sender_.knows_product(std::move(named.id));
        case NamedKind::kCustomer:
            return sender_.knows_customer(std::move(named.id));
        case NamedKind::kOrder:
            return sender_.knows_order(std::move(named.id));
    }
    return ready(false);
}

void HistoryImporter::tell(Fate fate) {
    if (options_.tell_fates && fates_.size() < kFateBytesMax)
        fates_ += json::to_json(fate, json::Defaults::kOmit) + "\n";
    report_.add(fate);
}

}  // namespace shop::history
