// Customers, and what they bought.
#include <fmt/format.h>

#include <utility>

#include "api/history/record_sender.hpp"
#include "api/history/sale_commands.hpp"
#include "core/customer/customer.hpp"
#include "core/fulfillment/fulfillment.hpp"
#include "core/order/order.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/personal.hpp"

namespace shop::history {
namespace {

constexpr Duration kPatience = minutes(2);
const Reason kImported{"import", ""};

// Under a key of the customer's own; sealed even if nothing is known, for the key is there then.
Result<customer::Profile> profile_of(const Customer& customer, const sale::External& external,
                                     KeyStore& keys) {
    customer::Profile profile;
    if (customer.company) profile.kind = customer::Kind::kCompany;
    const PersonalParty personal{.name = customer.name.value_or(""),
                                 .email = customer.email.value_or(""),
                                 .phone = customer.phone.value_or(""),
                                 .company = customer.company.value_or(""),
                                 .vat_id = ""};
    SHOP_TRY(key, keys.new_key());
    SHOP_TRY(sealed, seal_with(key, keys, personal));
    profile.personal = std::move(sealed);
    profile.country = customer.country.value_or("");
    profile.country_text = customer.country_text.value_or("");
    profile.external = external;
    return profile;
}

Error refusal_of(const checkout::Outcome& outcome, const Order& order) {
    std::string lines;
    for (const OrderLine& line : order.lines)
        for (const checkout::RefusedLine& refused : outcome.lines)
            if (refused.line_id == checkout::line_of(outcome.order_id, line.id))
                lines += fmt::format("; line {}: {} of {} are there", line.id, refused.available,
                                     line.quantity);
    return {ErrorCode::kRejected, std::string(enum_name(outcome.reason)),
            "its goods were not in stock when it was sold" + lines};
}

bool has_ended(const AnyState& state) {
    const auto* checkout = std::get_if<checkout::State>(&state);
    return checkout != nullptr &&
           checkout_outcome(*checkout).kind != checkout::OutcomeKind::kPending;
}

bool is_allocated(const AnyState& state) {
    const auto* order = std::get_if<order::State>(&state);
    return order != nullptr && order->owed.empty();
}

bool has_left_stock(const AnyState& state) {
    const auto* fulfillment = std::get_if<fulfillment::State>(&state);
    return fulfillment != nullptr && fulfillment->owed.empty();
}

}  // namespace

Task<Sent> RecordSender::send_one(const Customer* customer) {
    const CustomerId id = customer_id_of(system_, customer->id);
    if (co_await exists(id)) co_return false;  // before a key is made for them
    auto profile = profile_of(*customer, external_of(customer->id), parts_.keys);
    if (!profile) co_return std::unexpected(profile.error());
    customer::Import command{id, std::move(*profile)};
    const auto receipt = co_await submitter_.submit(std::move(command), "customer " + customer->id);
    if (!receipt) co_return std::unexpected(receipt.error());
    co_return receipt->changed;
}

Task<Sent> RecordSender::send_one(const Order* order) {
    const OrderId id = order_id_of(system_, order->id);
    const bool is_there = co_await exists(id);
    if (!is_there) {
        const Status placed = co_await place(order, id);
        if (!placed) co_return std::unexpected(placed.error());
    }
    const auto read = co_await submitter_.read(id);
    if (!read) co_return std::unexpected(read.error());
    const auto& state = std::get<order::State>(*read->state);
    if (state.status == order::Status::kCanceled)
        co_return !is_there;  // by staff of this shop, who know better
    bool changed = !is_there;
    if (order->note && state.notes == 0) {
        const auto noted = co_await note(order, id, state.customer_id);
        if (!noted) co_return std::unexpected(noted.error());
        changed = changed || *noted;
    }
    if (state.placed.payment_ids.empty())
        for (order::RecordPayment& payment : payments_of(*order, system_)) {
            const auto recorded = co_await record(std::move(payment));
            if (!recorded) co_return std::unexpected(recorded.error());
            changed = changed || *recorded;
        }
    const bool shall_leave = order->fulfilled && has_goods(*order);
    if (!shall_leave || co_await exists(fulfillment::fulfillment_of(id, 1))) co_return changed;
    const Status left = co_await fulfill(order, id);
    if (!left) co_return std::unexpected(left.error());
    co_return true;
}

Task<Sent> RecordSender::send_one(const Payment* payment) {
    const auto currency = co_await currency_of(order_id_of(system_, payment->order));
    if (!currency) co_return std::unexpected(currency.error());
    co_return co_await record(payment_of(*payment, external_of(payment->id), *currency));
}

// Under a key of its own, which the order's customer gets before it is used. Nothing is written of
// one who was erased.
Task<Result<bool>> RecordSender::note(const Order* order, OrderId id, CustomerId customer) {
    const auto key = parts_.keys.new_key();
    if (!key) co_return std::unexpected(key.error());
    auto sealed = seal_with(*key, parts_.keys, PersonalNote{*order->note});
    if (!sealed) co_return std::unexpected(sealed.error());
    if (!customer.is_empty()) {
        customer::AssignOrder give{customer, id, {*key}, kImported};
        const auto given = co_await submitter_.submit(std::move(give), "note's key " + *key);
        if (!given && given.error().type == "customer-erased") co_return false;
        if (!given) co_return std::unexpected(given.error());
    }
    order::AddNote command{id, std::move(*sealed), customer, order->at};
    const auto receipt = co_await submitter_.submit(std::move(command), "note " + order->id);
    if (!receipt) co_return std::unexpected(receipt.error());
    co_return receipt->changed;
}

Task<Result<bool>> RecordSender::record(order::RecordPayment payment) {
    std::string name = "payment " + payment.payment.to_string();
    const auto receipt = co_await submitter_.submit(std::move(payment), std::move(name));
    if (!receipt) co_return std::unexpected(receipt.error());
    co_return receipt->changed;
}

Task<Status> RecordSender::place(const Order* order, OrderId id) {
    const auto receipt = co_await submitter_.submit(place_order_of(*order, system_, parts_.catalog),
                                                    "order " + order->id);
    if (!receipt) co_return std::unexpected(receipt.error());
    const auto ended =
        co_await submitter_.wait_until(checkout::checkout_of(id), &has_ended, kPatience);
    if (!ended) co_return std::unexpected(ended.error());
    const checkout::Outcome outcome = checkout_outcome(std::get<checkout::State>(*ended->state));
    if (outcome.kind == checkout::OutcomeKind::kPlaced) co_return Status();
    co_return std::unexpected(refusal_of(outcome, *order));
}

// All of it left the house at once, when it was sold.
Task<Status> RecordSender::fulfill(const Order* order, OrderId id) {
    const auto allocated = co_await submitter_.wait_until(id, &is_allocated, kPatience);
    if (!allocated) co_return std::unexpected(allocated.error());
    fulfillment::Create command{.order = id, .lines = {}, .reason = kImported};
    command.shipment =
        fulfillment::Shipment{.carrier = "", .tracking = {}, .shipped_at = order->at};
    const auto created = co_await submitter_.submit(std::move(command), "fulfillment " + order->id);
    // Another import of the same history may have been quicker.
    if (!created && !co_await exists(fulfillment::fulfillment_of(id, 1)))
        co_return std::unexpected(created.error());
    const auto left = co_await submitter_.wait_until(fulfillment::fulfillment_of(id, 1),
                                                     &has_left_stock, kPatience);
    if (!left) co_return std::unexpected(left.error());
    co_return Status();
}

}  // namespace shop::history
