#include "api/endpoints/place_order_body.hpp"

namespace shop::api {
namespace {

checkout::OrderLine line_of(const NewOrderLine& body) {
    checkout::OrderLine line;
    line.key = body.key.value_or("");
    line.kind = body.kind.value_or(sale::LineKind::kItem);
    line.sku = body.sku.value_or("");
    line.title = body.title.value_or("");
    line.quantity = body.quantity;
    line.tax = body.tax.value_or(checkout::LineTax::kByRules);
    if (body.unit_price)
        line.unit_price = sale::UnitPrice{{body.unit_price->minor_units, body.unit_price->currency},
                                          body.unit_price->precise};
    return line;
}

}  // namespace

checkout::PlaceOrder command_of(const NewOrder& body, const OrderId& order) {
    checkout::PlaceOrder command;
    command.order = order;
    command.currency = body.currency.value_or(Currency{});
    command.sold_at = body.sold_at;
    command.expected_total = body.expected_total;
    command.reason = reason_of(body.reason);
    if (body.external) command.external = external_of(*body.external);
    for (const NewOrderLine& line : body.lines) command.lines.push_back(line_of(line));
    return command;
}

}  // namespace shop::api
