// Decisions about the product itself: what it is called, and whether it is for sale.
#include <algorithm>
#include <utility>

#include "core/catalog/product_checks.hpp"
#include "core/catalog/product_keys.hpp"

namespace shop::product {
namespace {

// Keeps of `told` what differs from the state.
template <class T>
void drop_unchanged(std::optional<T>& told, const T& known) {
    if (told && *told == known) told.reset();
}

void check_external(catalog::Checks& checks, const std::optional<sale::External>& external) {
    if (!external) return;
    checks.line("/external/system", external->system, 1, kNameMax);
    checks.line("/external/id", external->id, 1, kValueMax);
}

// Variants may not be left with values of an option that is gone.
void check_used_options(catalog::Checks& checks, const State& state,
                        const DetailsChanged& details) {
    if (!details.options) return;
    for (const PricedVariant& priced : state.variants)
        for (const auto& [name, value] : priced.variant.option_values)
            checks.require(std::ranges::count(*details.options, name) > 0, "/options",
                           "must keep \"" + name + "\", which a variant has a value for");
}

}  // namespace

DetailsChanged changes_to(const State& state, DetailsChanged details) {
    drop_unchanged(details.title, state.title);
    drop_unchanged(details.description, state.description);
    drop_unchanged(details.tax_class, state.tax_class);
    drop_unchanged(details.options, state.options);
    drop_unchanged(details.attributes, state.attributes);
    return details;
}

Result<Decision> decide(const Create& command, const Streams& streams, const Env& env) {
    catalog::Checks checks;
    check_details(checks, "", as_changes(command.details), env.catalog);
    checks.slug("/slug", command.details.slug, kSlugMax);
    check_external(checks, command.details.external);
    SHOP_TRY_STATUS(checks.result());
    if (streams.find<State>(command.product) != nullptr)
        return fail(ErrorCode::kConflict, "product-exists", "There is such a product already.");
    Decision decision;
    decision.add(command.product, command.details);
    return decision;
}

Result<Decision> decide(const ChangeDetails& command, const Streams& streams, const Env& env) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    catalog::Checks checks;
    check_details(checks, "", command.details, env.catalog);
    check_used_options(checks, *state, command.details);
    SHOP_TRY_STATUS(checks.result());
    Decision decision;
    DetailsChanged event = changes_to(*state, command.details);
    if (event != DetailsChanged{}) decision.add(command.product, std::move(event));
    return decision;
}

Result<Decision> decide(const ChangeSlug& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    catalog::Checks checks;
    checks.slug("/slug", command.slug, kSlugMax);
    SHOP_TRY_STATUS(checks.result());
    SHOP_TRY_STATUS(require_no_request(*state));
    Decision decision;
    if (command.slug == state->slug) return decision;
    if (state->keys.empty()) return decision.add(command.product, SlugChanged{command.slug, ""});
    unique_key::Key key = slug_key(command.slug);
    if (state->owns(key))
        return decision.add(command.product, SlugChanged{command.slug, state->slug});
    return decision.add(command.product, KeysRequested{.request = state->requests + 1,
                                                       .keys = {std::move(key)},
                                                       .purpose = Purpose::kSlug,
                                                       .channel = "",
                                                       .variants = {}});
}

Result<Decision> decide(const Publish& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    catalog::Checks checks;
    checks.slug("/channel", command.channel, kNameMax);
    SHOP_TRY_STATUS(checks.result());
    if (state->variants.empty())
        return fail(ErrorCode::kConflict, "nothing-to-sell",
                    "The product has no variant. Add one, then publish it.");
    Decision decision;
    const bool is_asked = state->request && state->request->purpose == Purpose::kPublish;
    if (state->status == Status::kPublished || is_asked) return decision;
    if (!missing_keys(*state, keys_to_publish(*state)).empty())
        SHOP_TRY_STATUS(require_no_request(*state));
    publish_or_request(decision, command.product, *state, {command.channel, command.reason});
    return decision;
}

Result<Decision> decide(const Unpublish& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    Decision decision;
    if (state->status == Status::kPublished)
        decision.add(command.product, Unpublished{command.channel, command.reason});
    else if (state->request && state->request->purpose == Purpose::kPublish)
        decision.add(command.product, KeysRefused{state->request->request, {}});
    return decision;
}

Result<Decision> decide(const Archive& command, const Streams& streams, const Env&) {
    const auto state = find_changeable(command.product, command.expected_version, streams);
    if (!state && state.error().type == "product-archived") return Decision{};
    if (!state) return std::unexpected(state.error());
    return Decision{}.add(command.product, Archived{command.reason});
}

}  // namespace shop::product
