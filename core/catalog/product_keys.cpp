#include "core/catalog/product_keys.hpp"

#include <algorithm>
#include <utility>

#include "core/catalog/rules.hpp"
#include "core/effect.hpp"

namespace shop::product {
namespace {

// With the prices that a catalog file told.
void add_variant(Decision& decision, const ProductId& product, const PricedVariant& priced,
                 const Reason& reason) {
    decision.add(product, VariantAdded{priced.variant, reason});
    for (const Price& price : priced.prices)
        decision.add(product, PriceSet{priced.variant.variant_id, price, {"import", ""}});
}

// What the request was for.
void add_answer(Decision& decision, const ProductId& product, const State& state) {
    const KeysRequested& request = *state.request;
    switch (request.purpose) {
        case Purpose::kPublish:
            decision.add(product, Published{request.channel, request.reason});
            return;
        case Purpose::kSlug:
            decision.add(product, SlugChanged{request.keys.front().value, state.slug});
            return;
        case Purpose::kVariant:
            for (const PricedVariant& priced : request.variants)
                add_variant(decision, product, priced, request.reason);
    }
}

}  // namespace

unique_key::Key slug_key(std::string_view slug) {
    return {unique_key::Scope::kSlug, std::string(slug)};
}

unique_key::Key sku_key(std::string_view sku) {
    return {unique_key::Scope::kSku, std::string(sku)};
}

std::vector<unique_key::Key> missing_keys(const State& state, std::vector<unique_key::Key> keys) {
    std::erase_if(keys, [&](const unique_key::Key& key) { return state.owns(key); });
    return keys;
}

std::vector<unique_key::Key> keys_to_publish(const State& state) {
    std::vector<unique_key::Key> keys{slug_key(state.slug)};
    for (const PricedVariant& priced : state.variants) keys.push_back(sku_key(priced.variant.sku));
    return keys;
}

shop::Status require_no_request(const State& state) {
    if (!state.request) return {};
    return fail(ErrorCode::kConflict, "keys-under-way",
                "An earlier change of this product still waits for its slug or SKU. Try again in a "
                "moment.");
}

void publish_or_request(Decision& decision, const ProductId& product, const State& state,
                        const Published& published) {
    std::vector<unique_key::Key> missing = missing_keys(state, keys_to_publish(state));
    if (missing.empty()) {
        decision.add(product, published);
        return;
    }
    SHOP_ASSERT(!state.request);
    decision.add(product, KeysRequested{.request = state.requests + 1,
                                        .keys = std::move(missing),
                                        .purpose = Purpose::kPublish,
                                        .channel = published.channel,
                                        .variants = {},
                                        .reason = published.reason});
}

Result<const State*> find_changeable(const ProductId& product,
                                     const std::optional<std::uint64_t>& expected_version,
                                     const Streams& streams) {
    const State* state = streams.find<State>(product);
    if (state == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-product", "There is no such product.");
    SHOP_TRY_STATUS(catalog::require_version(expected_version, streams.version_of(product)));
    if (state->status == Status::kArchived)
        return fail(ErrorCode::kConflict, "product-archived",
                    "The product is archived and cannot be changed any more. Make a new one.");
    return state;
}

// An answer to a request that is no longer the product's is late, and changes nothing: its keys are
// being let go.
Result<Decision> decide(const RecordKeys& command, const Streams& streams, const Env&) {
    Decision decision;
    const State* state = streams.find<State>(command.product);
    const bool is_current =
        state != nullptr && state->request && state->request->request == command.request;
    if (!is_current) return decision;
    if (!command.in_use.empty())
        return decision.add(command.product, KeysRefused{command.request, command.in_use});
    add_answer(decision, command.product, *state);
    return decision;
}

Result<Decision> decide(const RecordReleasedKeys& command, const Streams& streams, const Env&) {
    Decision decision;
    const State* state = streams.find<State>(command.product);
    if (state == nullptr) return decision;
    const auto is_it = [&](const Releasing& gone) { return gone.request == command.request; };
    if (std::ranges::any_of(state->releasing, is_it))
        decision.add(command.product, EffectAnswered{command.request, "released"});
    return decision;
}

void append_pending(const ProductId& id, const State& state, const Answers& answers, Time,
                    std::vector<Effect>& effects) {
    const auto owe = [&](const EffectId& effect, AnyCall call, Time since) {
        if (!answers.has(effect)) effects.push_back({effect, id, std::move(call), since, {}});
    };
    if (state.request) {
        const std::int32_t request = state.request->request;
        for (const unique_key::Key& key : state.request->keys)
            owe(claim_effect(id, request, key), unique_key::Claim{key, id, request},
                state.requested_at);
    }
    for (const Releasing& gone : state.releasing)
        for (const unique_key::Key& key : gone.keys)
            owe(release_effect(id, gone.request, key), unique_key::Release{key, id, gone.request},
                gone.since);
}

namespace {

Step step_of(const ProductId& id, std::string_view name, std::int32_t request, AnyCommand command) {
    return {CommandId::derive(id.slot(), {"step", id.to_string(), name, std::to_string(request)}),
            std::move(command)};
}

// Once every key has its answer.
std::optional<Step> record_keys(const ProductId& id, const KeysRequested& request,
                                const Answers& answers) {
    RecordKeys command{id, request.request, {}};
    for (const unique_key::Key& key : request.keys) {
        const auto* outcome =
            answers.find<unique_key::Outcome>(claim_effect(id, request.request, key));
        if (outcome == nullptr) return std::nullopt;
        if (outcome->kind != unique_key::OutcomeKind::kClaimed) command.in_use.push_back(key);
    }
    return step_of(id, "keys", request.request, std::move(command));
}

}  // namespace

std::optional<Step> advance(const ProductId& id, const State& state, const Answers& answers, Time) {
    if (state.request)
        if (auto step = record_keys(id, *state.request, answers)) return step;
    for (const Releasing& gone : state.releasing) {
        const bool all = std::ranges::all_of(gone.keys, [&](const unique_key::Key& key) {
            return answers.has(release_effect(id, gone.request, key));
        });
        if (all) return step_of(id, "released", gone.request, RecordReleasedKeys{id, gone.request});
    }
    return std::nullopt;
}

bool is_open(const State& state) {
    return state.request.has_value() || !state.releasing.empty();
}

}  // namespace shop::product
