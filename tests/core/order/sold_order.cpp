#include "tests/core/order/sold_order.hpp"

#include <utility>

namespace shop::tests {

SoldOrder::SoldOrder(Cards cards, payment::Capabilities can) {
    provider_can = std::move(can);
    if (cards == Cards::kOne)
        place();
    else
        start().declined().pay_again().authorized(2);
    order::RecordAnswers answers{order, {}};
    for (const EffectId& owed : sold().owed) answers.answers.push_back({owed, "allocated", ""});
    scenario.when(answers);
    scenario.by({.kind = ActorKind::kStaff, .id = "ann"});
}

std::vector<order::LineQuantity> SoldOrder::units(std::int64_t mugs, std::int64_t teas) const {
    std::vector<order::LineQuantity> units;
    if (mugs != 0) units.push_back({sold().placed.lines.at(0).line_id, mugs});
    if (teas != 0) units.push_back({sold().placed.lines.at(1).line_id, teas});
    return units;
}

SoldOrder& SoldOrder::create(std::int64_t mugs, std::int64_t teas) {
    scenario.when(fulfillment::Create{.order = order, .lines = units(mugs, teas), .reason = kWhy});
    return *this;
}

SoldOrder& SoldOrder::create_shipped(std::int64_t mugs, std::int64_t teas) {
    scenario.when(fulfillment::Create{.order = order,
                                      .lines = units(mugs, teas),
                                      .reason = kWhy,
                                      .shipment = fulfillment::Shipment{"post", {"T1"}, {}}});
    return *this;
}

SoldOrder& SoldOrder::ship(int n) {
    scenario.when(fulfillment::Ship{fulfillment_id(n), {"post", {"T1"}, {}}, kWhy});
    return *this;
}

SoldOrder& SoldOrder::cancel_lines(std::int64_t mugs, std::int64_t teas) {
    scenario.when(order::CancelLines{order, units(mugs, teas), kWhy});
    return *this;
}

SoldOrder& SoldOrder::cancel_by_staff() {
    scenario.when(order::CancelByStaff{order, order::CancelReason::kInventory, kWhy});
    return *this;
}

SoldOrder& SoldOrder::capture() {
    scenario.when(order::Capture{order, kWhy});
    return *this;
}

SoldOrder& SoldOrder::hold() {
    scenario.when(order::Hold{order, order::HoldReason::kFraud, kWhy});
    return *this;
}

SoldOrder& SoldOrder::captured(int n) {
    const payment::CaptureState& capture = payment().captures.at(static_cast<std::size_t>(n) - 1);
    says(payment::ResultCaptured{"sbx_1", capture.amount, capture.capture_id});
    return *this;
}

SoldOrder& SoldOrder::capture_refused(int n) {
    const payment::CaptureState& capture = payment().captures.at(static_cast<std::size_t>(n) - 1);
    says(payment::ResultFailed{.operation = payment::Operation::kCapture,
                               .capture_id = capture.capture_id,
                               .code = "capture_refused"});
    return *this;
}

const fulfillment::State& SoldOrder::fulfillment(int n) const {
    return scenario.state<fulfillment::State>(fulfillment_id(n));
}

const order::State& SoldOrder::sold() const {
    return scenario.state<order::State>(order);
}

std::vector<std::int64_t> SoldOrder::captures() const {
    std::vector<std::int64_t> amounts;
    for (const auto& capture : payment().captures) amounts.push_back(capture.amount.minor_units);
    return amounts;
}

std::vector<std::int64_t> SoldOrder::refunds() const {
    std::vector<std::int64_t> amounts;
    for (const auto& refund : payment().refunds) amounts.push_back(refund.amount.minor_units);
    return amounts;
}

}  // namespace shop::tests
