#include "tests/support/after_sales.hpp"

#include <fmt/format.h>

namespace shop::tests {
namespace {

const Reason kReason{"test", "because"};

Money pounds(std::int64_t pence) {
    return {pence, *Currency::parse("GBP")};
}

}  // namespace

std::int64_t AfterSales::pick(std::int64_t below) {
    return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_);
}

AfterSales::Sold& AfterSales::any_order() {
    return orders_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(orders_.size())))];
}

order::LineAmount AfterSales::any_part(const Sold& sold) {
    const auto& lines = sold.placed.lines;
    const auto at = static_cast<std::size_t>(pick(static_cast<std::int64_t>(lines.size())));
    return {lines[at].line_id, 1 + pick(2), pounds(1 + pick(200))};
}

void AfterSales::add_order(const OrderId& order, const order::Placed& placed,
                           const PaymentId& payment) {
    orders_.push_back({order, placed, payment, 0, 0, {}, {}});
}

void AfterSales::happen() {
    if (orders_.empty()) return;
    Sold& sold = any_order();
    switch (pick(9)) {
        case 0:
            return change_order(sold);
        case 1:
            return ship(sold);
        case 2:
            return move_money(sold);
        case 3:
            return credit(sold);
        case 4:
            return change_credit();
        case 5:
            return move_stock(sold);
        case 6:
            return contradict(sold);
        case 7:
            return discover();
        default:
            return change_customer();
    }
}

void AfterSales::change_order(Sold& sold) {
    switch (pick(7)) {
        case 6:
            log_.add(sold.id,
                     order::CreditSettled{CreditNoteId::derive({"part", std::to_string(++count_)}),
                                          payment::SettledOtherwise::kOffline, kReason});
            break;
        case 0:
            log_.add(sold.id, order::Confirmed{order::ConfirmedBy::kStaff, kReason});
            break;
        case 1:
            log_.add(sold.id, order::Held{order::HoldReason::kFraud, kReason});
            break;
        case 2:
            log_.add(sold.id, order::HoldReleased{kReason});
            break;
        case 3: {
            const std::vector lines{any_part(sold), any_part(sold)};
            log_.add(sold.id, order::LinesCanceled{++sold.cancellations, lines,
                                                   lines[0].amount + lines[1].amount, kReason});
            break;
        }
        case 4:
            if (!customers_.empty())
                log_.add(sold.id, order::CustomerAssigned{customers_.back(), kReason});
            break;
        default:
            log_.add(sold.id, order::NoteAdded{++sold.notes, {"key1", "sealed"}});
    }
}

void AfterSales::ship(Sold& sold) {
    if (sold.fulfillments.empty() || pick(3) == 0) {
        const auto number = static_cast<std::int32_t>(sold.fulfillments.size() + 1);
        const FulfillmentId id = fulfillment::fulfillment_of(sold.id, number);
        fulfillment::Created created{sold.id, number, "loc_main", {}, kReason};
        for (int i = 0; i < 2; ++i) {
            const order::LineAmount part = any_part(sold);
            created.lines.push_back({part.line_id, {}, part.quantity});
        }
        log_.add({{sold.id, order::Confirmed{}}, {id, std::move(created)}});
        sold.fulfillments.push_back(id);
        return;
    }
    const FulfillmentId id = sold.fulfillments.back();
    switch (pick(5)) {
        case 0:
            log_.add(id, fulfillment::Delivered{kReason});
            break;
        case 1:
            log_.add(id, fulfillment::Failed{kReason});
            break;
        case 2:
            log_.add(id, fulfillment::Canceled{kReason});
            break;
        default:
            log_.add(id, fulfillment::Shipped{"post", {fmt::format("T{}", ++count_), "T,\"2"}, {}});
    }
}

// Money that comes later, some of it too much.
void AfterSales::pay_later(const Sold& sold) {
    const auto id =
        payment::later_payment_of(sold.id, CommandId::derive({"later", std::to_string(++count_)}));
    const Money amount = pounds(1 + pick(3'000));
    log_.add({{sold.id, order::PaymentAdded{id, kReason}},
              {id, payment::Initiated{.order_id = sold.id,
                                      .attempt = 2,
                                      .provider = "offline",
                                      .method = {"transfer", "", ""},
                                      .amount = amount,
                                      .reference = "bank"}},
              {id, payment::Authorized{"bank", amount, {}, {}}},
              {id, payment::Captured{payment::capture_of(id, 0), amount, "bank", {}}}});
}

void AfterSales::move_money(Sold& sold) {
    if (pick(5) == 0) return pay_later(sold);
    if (sold.refunds.empty() || pick(3) == 0) {
        const RefundId id = RefundId::derive({"refund", std::to_string(++count_)});
        const RefundId last = sold.refunds.empty() ? RefundId() : sold.refunds.back();
        log_.add(sold.payment,
                 payment::RefundRequested{id, {}, pounds(1 + pick(300)), {}, kReason, last});
        sold.refunds.push_back(id);
        return;
    }
    const RefundId id = sold.refunds.back();
    switch (pick(6)) {
        case 0:
            log_.add(sold.payment, payment::RefundPending{id, {}});
            break;
        case 1:
            log_.add(sold.payment, payment::RefundFailed{id, "closed", pick(2) == 0, {}});
            if (pick(2) == 0)
                log_.add(sold.payment,
                         payment::RefundSettled{id, payment::SettledOtherwise::kOffline, pounds(1),
                                                kReason});
            break;
        case 2:
            log_.add(sold.payment, payment::Captured{CaptureId::derive({std::to_string(++count_)}),
                                                     pounds(1 + pick(300)),
                                                     "ref",
                                                     {}});
            break;
        case 3: {  // one that nobody here asked for
            const RefundId found = RefundId::derive({"found", std::to_string(++count_)});
            log_.add(sold.payment, payment::Refunded{found, pounds(1 + pick(90)), "ref", {}});
            break;
        }
        case 4:
            log_.add(sold.payment, payment::Voided{pounds(1), payment::VoidReason::kRest, {}});
            break;
        default:
            log_.add(sold.payment, payment::Refunded{id, pounds(1 + pick(300)), "ref", {}});
    }
}

// The provider says another amount of a capture or a refund, and may be believed.
void AfterSales::contradict(const Sold& sold) {
    const Money told = pounds(1 + pick(300));
    const CaptureId capture = CaptureId::derive({"told", std::to_string(++count_)});
    const RefundId refund = sold.refunds.empty()
                                ? RefundId::derive({"told", std::to_string(count_)})
                                : sold.refunds.back();
    switch (pick(4)) {
        case 0:
            log_.add(sold.payment,
                     payment::MismatchDetected{"amount", pounds(500), told, "ref3", {}});
            break;
        case 1:
            log_.add(sold.payment,
                     payment::MismatchAccepted{capture, {}, told, pounds(pick(50)), kReason});
            break;
        case 2:
            log_.add(sold.payment,
                     payment::MismatchAccepted{{}, refund, told, pounds(pick(50)), kReason});
            break;
        default:
            log_.add(sold.payment, payment::CaptureSettled{capture, told});
    }
}

// Money nobody asked for, and what becomes of it.
void AfterSales::discover() {
    const std::string reference = fmt::format("found{}", ++count_);
    const PaymentId id = payment::discovered_id("sandbox", reference);
    const Money amount = pounds(1 + pick(300));
    const bool is_captured = pick(2) == 0;
    log_.add(id, payment::Discovered{"sandbox", reference, amount, {}, is_captured});
    if (is_captured && pick(2) == 0)
        log_.add(id, payment::HoldDiscovered{amount + pounds(pick(50)), {}});
    if (pick(2) == 0) {
        log_.add(id, payment::DiscoveryClosed{kReason});
    } else if (is_captured) {
        const RefundId refund = RefundId::derive({reference});
        log_.add(id, payment::RefundRequested{refund, {}, amount, {}, kReason});
        log_.add(id, payment::Refunded{refund, amount, reference, {}});
    } else {
        log_.add(id, payment::VoidRequested{amount, payment::VoidReason::kDiscovered, kReason});
        log_.add(id, payment::Voided{amount, payment::VoidReason::kDiscovered, {}});
    }
}

// Over this order and another one: what it makes of each is told in the order's own partition.
void AfterSales::credit(const Sold& sold) {
    const CreditNoteId id = CreditNoteId::derive({"note", std::to_string(++count_)});
    const std::vector<const Sold*> about{&sold, &any_order()};
    credit_note::Requested note{.credit_note_id = id, .reason = kReason};
    note.totals.total = pounds(0);
    if (pick(2) == 0) note.external = sale::External{"old", std::to_string(count_)};
    for (const Sold* each : about) {
        const order::LineAmount part = any_part(*each);
        credit_note::Line line{.order_id = each->id, .order_line_id = part.line_id};
        line.line.line_id = LineId::derive({"credit", std::to_string(++count_)});
        line.line.quantity = part.quantity;
        line.line.gross = part.amount;
        note.totals.total += part.amount;
        note.lines.push_back(line);
        log_.add(each->id, order::LinesCredited{id, {part}, part.amount});
    }
    log_.add(id, std::move(note));
    credit_notes_.push_back(id);
}

void AfterSales::change_credit() {
    if (credit_notes_.empty()) return;
    const CreditNoteId id = credit_notes_.back();
    switch (pick(3)) {
        case 0:
            log_.add(id, credit_note::Issued{++count_});
            break;
        case 1:
            log_.add(id, credit_note::Settled{
                             credit_note::SettledBy::kOffline, pounds(1 + pick(400)), {}, {}});
            break;
        default:
            log_.add(id, credit_note::Reopened{pounds(1 + pick(100)), {}, {}});
    }
}

void AfterSales::move_stock(const Sold& sold) {
    const sale::Line& line = sold.placed.lines.front();
    if (pick(2) == 0)
        log_.add(line.stock_id,
                 stock::Shipped{.order_id = sold.id,
                                .line_id = line.line_id,
                                .fulfillment_id = fulfillment::fulfillment_of(sold.id, 1),
                                .quantity = 2,
                                .taken = 1,
                                .left = 0});
    else
        log_.add(line.stock_id,
                 stock::Restocked{
                     CreditNoteId::derive({"back"}), line.line_id, sold.id, 1,
                     pick(2) == 0 ? stock::Disposition::kSellable : stock::Disposition::kDamaged});
}

void AfterSales::change_customer() {
    if (customers_.empty() || pick(3) == 0) {
        const CustomerId id = CustomerId::derive({"customer", std::to_string(++count_)});
        customer::Profile profile{.personal = {fmt::format("key{}", count_), "sealed"},
                                  .country = "GB"};
        if (pick(2) == 0) profile.external = sale::External{"old", std::to_string(count_)};
        if (pick(2) == 0)
            log_.add(id, customer::Registered{profile, kReason});
        else
            log_.add(id, customer::Imported{profile});
        customers_.push_back(id);
    } else if (pick(3) > 0) {
        log_.add(customers_.back(),
                 customer::ContactChanged{{fmt::format("key{}", ++count_), "new"}, "FR", kReason});
    } else {
        log_.add(customers_.back(), customer::Erased{{"key1"}, kReason});
    }
}

}  // namespace shop::tests
