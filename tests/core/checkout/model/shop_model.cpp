#include "tests/core/checkout/model/shop_model.hpp"

#include <algorithm>

#include "core/order/series.hpp"

namespace shop::tests {
namespace {

constexpr Slot kSlot{7};
constexpr std::int64_t kPrice = 1'000;

const std::vector<std::string> kCards = {"tok_ok",
                                         "tok_ok",
                                         "tok_declined",
                                         "tok_needs_action",
                                         "tok_slow",
                                         "tok_duplicate",
                                         "tok_lost_after_charge",
                                         "tok_lost_before_charge",
                                         "tok_wrong_amount",
                                         "tok_late_authorization"};

}  // namespace

ShopModel::ShopModel(const ModelPlan& plan) : plan_(plan), random_(plan.seed) {
    set_up();
}

void ShopModel::set_up() {
    numbers_series_ = series::local_series(kSlot);
    record(new_command(), series::Open{numbers_series_});
    for (int i = 0; i < plan_.skus; ++i) {
        const std::string sku = "SKU" + std::to_string(i);
        catalog_.sell(sku, gbp(kPrice));
        const StockId stock = stock::stock_of(sku);
        stocks_.push_back(stock);
        record(new_command(),
               stock::SetLevel{stock, TestCatalog::variant_id(sku), sku, plan_.stock});
    }
    for (int i = 0; i < plan_.carts; ++i) fill_cart(i);
    while (open_.contains(numbers_series_)) {
        visit(numbers_series_);
        while (!messages_.empty()) deliver_one();
    }
}

// Every second cart takes the goods the other way round.
void ShopModel::fill_cart(int number) {
    const CartId cart = CartId::derive(kSlot, {"model cart", std::to_string(number)});
    carts_.push_back(cart);
    record(new_command(), cart::Create{.cart = cart,
                                       .currency = gbp(0).currency,
                                       .country = "GB",
                                       .access_token_hash = "hash"});
    for (int i = 0; i < plan_.skus; ++i) {
        const int sku = number % 2 == 0 ? i : plan_.skus - 1 - i;
        record(new_command(),
               cart::AddLine{.cart = cart, .sku = "SKU" + std::to_string(sku), .quantity = 1});
    }
    record(new_command(), cart::SetContact{.cart = cart, .party = {{}, {"key", "contact"}}});
    record(new_command(),
           cart::SetShippingAddress{.cart = cart, .address = {"GB", "SW1A", {"key", "address"}}});
    record(new_command(), cart::ChooseShippingOption{.cart = cart, .option_id = "standard"});
    SHOP_ASSERT(streams_.find<cart::State>(cart)->shipping.has_value());
}

std::string ShopModel::run() {
    if (!plan_.hostile)
        for (const CartId& cart : carts_) start_checkout(cart);
    for (int i = 0; i < plan_.steps && wrong_.empty(); ++i) one_step();
    if (wrong_.empty() && !settle_down()) wrong("something is owed for ever");
    if (wrong_.empty()) check_end();
    return wrong_;
}

std::int64_t ShopModel::sold() const {
    return streams_.find<stock::State>(stocks_.front())->allocated_total;
}

void ShopModel::one_step() {
    const int what = static_cast<int>(random_() % 100);
    if (what < 6 && plan_.hostile) return shopper_acts();
    if (what < 8) return time_passes();
    if (what < 9 && plan_.hostile) return lose_memory();
    if (what < 55 && !messages_.empty()) return deliver_one();
    if (open_.empty()) return;
    auto at = open_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random_() % open_.size()));
    visit(*at);
}

void ShopModel::shopper_acts() {
    const CartId cart = any_of(carts_);
    const OrderId order = checkout::order_of(cart);
    const int what = static_cast<int>(random_() % 100);
    if (what < plan_.cancels) {
        record(new_command(), order::Cancel{.order = order});
        return;
    }
    if (what < plan_.cancels + 10) return sandbox_.let_shopper_act(random_, now_);
    if (what >= 95) {
        record(new_command(), order::Capture{.order = order, .reason = {"ship", ""}});
        return;
    }
    start_checkout(cart);
}

void ShopModel::start_checkout(const CartId& cart) {
    const std::string card = plan_.hostile ? any_of(kCards) : "tok_ok";
    const checkout::PaymentChoice choice{"sandbox", {"card", "", ""}, {"key", card}, ""};
    record(new_command(), checkout::Start{.cart = cart, .expected_total = {}, .payment = choice});
}

void ShopModel::time_passes() {
    if (plan_.slow_time) {
        now_ = now_ + milliseconds(5);
    } else {
        const std::int64_t ms = chance(3) ? 400'000 : chance(10) ? 5'000 : 100;
        now_ = now_ + milliseconds(static_cast<std::int64_t>(random_()) % ms & 0x7fffffff);
    }
    sandbox_.settle(now_);
    for (auto& webhook : sandbox_.take_webhooks()) messages_.emplace_back(std::move(webhook));
}

// The process dies: what was in flight from us may have left or not; what comes back finds nobody.
void ShopModel::lose_memory() {
    answers_.clear();
    in_flight_.clear();
    std::erase_if(messages_, [&](const Message& message) {
        if (std::holds_alternative<Response>(message)) return true;
        return std::holds_alternative<Request>(message) && chance(50);
    });
}

void ShopModel::visit(const StreamId& stream) {
    const AnyState& state = *streams_.find_any(stream);
    if (const auto step = on_deadline(stream, state, now_)) return take_step(*step);
    Answers& answers = answers_[stream];
    if (const auto step = advance(stream, state, answers, now_)) return take_step(*step);
    for (const Effect& effect : pending(stream, state, answers, now_)) {
        const bool repeat = plan_.hostile && chance(5);
        if (effect.not_before > now_ || (in_flight_.contains(effect.id) && !repeat)) continue;
        send(effect);
    }
}

void ShopModel::send(const Effect& effect) {
    in_flight_.insert(effect.id);
    messages_.emplace_back(Request{effect});
    if (plan_.protections.effects_keep_their_keys) return;
    auto& sent = std::get<Request>(messages_.back()).effect;
    if (std::holds_alternative<payment::AuthorizeCall>(sent.call))
        sent.id = EffectId::derive(effect.id.slot(), {"another key", std::to_string(++sent_)});
}

// In any order: a message that was sent early may arrive last.
void ShopModel::deliver_one() {
    Message& chosen = any_of(messages_);
    Message message = std::move(chosen);
    if (&chosen != &messages_.back()) chosen = std::move(messages_.back());
    messages_.pop_back();
    std::visit([&](auto& held) { deliver(std::move(held)); }, message);
}

void ShopModel::deliver(Request request) {
    const Effect& effect = request.effect;
    const bool twice = plan_.hostile && chance(3);
    std::optional<Outcome> outcome =
        is_provider_call(effect.call) ? call_provider(effect) : call_stream(effect);
    if (plan_.hostile && chance(5)) outcome = {};  // the answer gets lost
    if (!outcome && is_provider_call(effect.call)) {
        const bool lies = !plan_.protections.timeout_is_unknown &&
                          std::holds_alternative<payment::AuthorizeCall>(effect.call);
        if (lies)
            outcome = payment::ProviderResult{payment::ResultDeclined{{}, "timeout", "", true}};
        else
            outcome = payment::ProviderResult{
                payment::ResultUnknown{std::holds_alternative<payment::AuthorizeCall>(effect.call)
                                           ? payment::Operation::kAuthorize
                                           : payment::Operation::kQuery}};
    }
    if (twice) messages_.emplace_back(request);
    messages_.emplace_back(Response{effect.owner, effect.id, std::move(outcome)});
}

void ShopModel::deliver(Response response) {
    in_flight_.erase(response.effect);
    if (response.outcome && open_.contains(response.owner))
        answers_[response.owner].put(response.effect, std::move(*response.outcome));
}

// A provider repeats a webhook until it was taken.
void ShopModel::deliver(payment::RecordProviderResult webhook) {
    if (!record(new_command(), webhook)) messages_.emplace_back(std::move(webhook));
}

std::optional<Outcome> ShopModel::call_stream(const Effect& effect) {
    const AnyCommand command = *command_of(effect.call);
    record(command_id_of(effect), command);
    static const AnyState kNoState;
    const AnyState* state = streams_.find_any(target_of(command));
    auto outcome = find_outcome(effect.call, state == nullptr ? kNoState : *state);
    if (!outcome && !plan_.protections.release_is_recorded_if_nothing_is_held &&
        std::holds_alternative<stock::Release>(effect.call))
        outcome = stock::Outcome{stock::OutcomeKind::kReleased, 0, 0};
    if (!plan_.protections.refused_lines_wait_in_order && outcome)
        if (auto* stock = std::get_if<stock::Outcome>(&*outcome)) stock->held_undecided = 0;
    return outcome;
}

std::optional<Outcome> ShopModel::call_provider(const Effect& effect) {
    const auto result = sandbox_.take(effect.id, effect.call, now_);
    for (auto& webhook : sandbox_.take_webhooks()) messages_.emplace_back(std::move(webhook));
    if (!result) return std::nullopt;
    return *result;
}

void ShopModel::take_step(const Step& step) {
    record(step.id, step.command);
}

}  // namespace shop::tests
