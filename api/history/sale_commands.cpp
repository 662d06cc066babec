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

// Several payments of one order are one here, under the reference of the first.
Result<std::optional<checkout::PaymentChoice>> payment_of(const Order& order, std::int64_t total) {
    std::int64_t paid = 0;
    for (const OrderPayment& payment : order.payments) paid += payment.amount;
    if (paid == 0) return std::nullopt;
    if (paid != total)
        return fail(ErrorCode::kInvalid, "paid-in-part",
                    fmt::format("{} of {} were paid; say what is still open with an order of its "
                                "own, or leave the payments out",
                                paid, total));
    const OrderPayment& first = order.payments.front();
    return checkout::PaymentChoice{.provider = std::string(payment::kOfflineProvider),
                                   .method = {.type = first.method, .brand = "", .last4 = ""},
                                   .token = {},
                                   .return_url = "",
                                   .provider_can = {},
                                   .capture = payment::CaptureMode::kAuto,
                                   .reference = first.reference};
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

Result<checkout::PlaceOrder> place_order_of(const Order& order, const std::string& system,
                                            const CatalogFold& catalog) {
    checkout::PlaceOrder command;
    command.order = order_id_of(system, order.id);
    command.source = checkout::Source::kImport;
    command.currency = order.currency;
    if (order.customer) command.party.customer_id = customer_id_of(system, *order.customer);
    if (order.country) command.shipping_address = sale::Address{.country = *order.country};
    std::int64_t total = 0;
    for (const OrderLine& line : order.lines) {
        command.lines.push_back(line_of(line, order.currency, catalog));
        total += line.gross;
    }
    SHOP_TRY(payment, payment_of(order, total));
    command.payment = std::move(payment);
    command.sold_at = order.at;
    command.external = sale::External{system, order.id};
    command.expected_total = Money{total, order.currency};
    return command;
}

}  // namespace shop::history
