#include "api/history/sale_commands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/customer/customer.hpp"
#include "core/payment/offline.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::history {
namespace {

sale::UnitPrice unit_price_of(const UnitPrice& price, Currency currency) {
    return {{price.minor_units, currency}, price.precise};
}

checkout::OrderLine line_of(const OrderLine& line, Currency currency, const CatalogFold& catalog) {
    checkout::OrderLine made{.key = line.id, .kind = line.kind, .sku = line.sku.value_or("")};
    if (line.kind == sale::LineKind::kItem)
        if (const auto product = catalog.find_any_sku(*line.sku)) made.product_id = product->id;
    made.title = line.title;
    made.quantity = line.quantity;
    made.unit_price = unit_price_of(line.unit_price, currency);
    made.tax = checkout::LineTax::kNone;
    return made;
}

// Of the n-th payment of an order record, from 1.
sale::External external_of(const Order& order, std::size_t n, const std::string& system) {
    return {system, fmt::format("order/{}/{}", order.id, n)};
}

std::int64_t total_of(const Order& order) {
    std::int64_t total = 0;
    for (const OrderLine& line : order.lines) total += line.gross;
    return total;
}

// All that it costs, when it was sold.
bool is_paid_at_once(const Order& order) {
    return order.payments.size() == 1 && order.payments.front().amount == total_of(order) &&
           order.payments.front().at.value_or(order.at) == order.at;
}

checkout::PaymentChoice choice_of(const OrderPayment& payment) {
    return {.provider = std::string(payment::kOfflineProvider),
            .method = {.type = payment.method, .brand = "", .last4 = ""},
            .token = {},
            .return_url = "",
            .provider_can = {},
            .capture = payment::CaptureMode::kAuto,
            .reference = payment.reference};
}

}  // namespace

OrderId order_id_of(const std::string& system, const std::string& id) {
    return OrderId::derive({"order", "external", system, id});
}

CustomerId customer_id_of(const std::string& system, const std::string& id) {
    return customer::customer_of({system, id});
}

bool has_goods(const Order& order) {
    return std::ranges::count(order.lines, sale::LineKind::kItem, &OrderLine::kind) > 0;
}

checkout::PlaceOrder place_order_of(const Order& order, const std::string& system,
                                    const CatalogFold& catalog) {
    checkout::PlaceOrder command;
    command.order = order_id_of(system, order.id);
    command.source = checkout::Source::kImport;
    command.currency = order.currency;
    if (order.customer) command.party.customer_id = customer_id_of(system, *order.customer);
    if (order.country) command.shipping_address = sale::Address{.country = *order.country};
    for (const OrderLine& line : order.lines)
        command.lines.push_back(line_of(line, order.currency, catalog));
    if (is_paid_at_once(order)) command.payment = choice_of(order.payments.front());
    command.sold_at = order.at;
    command.external = sale::External{system, order.id};
    command.expected_total = Money{total_of(order), order.currency};
    return command;
}

PaymentId payment_id_of(const Payment& payment, const std::string& system) {
    return payment::later_payment_of(order_id_of(system, payment.order), {system, payment.id});
}

PaymentId payment_id_of(const Order& order, std::size_t n, const std::string& system) {
    return payment::later_payment_of(order_id_of(system, order.id), external_of(order, n, system));
}

std::vector<order::RecordPayment> payments_of(const Order& order, const std::string& system) {
    std::vector<order::RecordPayment> commands;
    if (is_paid_at_once(order)) return commands;
    for (const OrderPayment& paid : order.payments) {
        const Payment payment{.id = "",
                              .order = order.id,
                              .at = paid.at.value_or(order.at),
                              .amount = paid.amount,
                              .method = paid.method,
                              .reference = paid.reference};
        const auto external = external_of(order, commands.size() + 1, system);
        commands.push_back(payment_of(payment, external, order.currency));
    }
    return commands;
}

order::RecordPayment payment_of(const Payment& payment, const sale::External& external,
                                Currency currency) {
    const OrderId order = order_id_of(external.system, payment.order);
    return {.order = order,
            .payment = payment::later_payment_of(order, external),
            .method = {payment.method, "", ""},
            .reference = payment.reference,
            .amount = Money{payment.amount, currency},
            .paid_at = payment.at,
            .external = external,
            .beyond_due = false,
            .reason = {"import", ""}};
}

}  // namespace shop::history
