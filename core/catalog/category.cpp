#include "core/catalog/category.hpp"

#include "core/catalog/rules.hpp"
#include "core/decision.hpp"

namespace shop::category {
namespace {

constexpr int kDepthMax = 32;

const State* find_active(const CategoryId& id, const Streams& streams) {
    const State* state = streams.find<State>(id);
    return state != nullptr && state->status == Status::kActive ? state : nullptr;
}

std::unexpected<Error> unknown_category() {
    return fail(ErrorCode::kNotFound, "unknown-category", "There is no such category.");
}

shop::Status check_parent(const CategoryId& category, CategoryId parent, const Streams& streams) {
    for (int depth = 0; !parent.is_empty(); ++depth) {
        if (parent == category || depth == kDepthMax)
            return fail(ErrorCode::kConflict, "category-cycle",
                        "A category cannot stand below itself. Choose another parent.");
        const State* above = find_active(parent, streams);
        if (above == nullptr) return fail_field("/parent", "must be an existing category");
        parent = above->parent;
    }
    return {};
}

}  // namespace

void evolve(State& state, const Created& event, Time) {
    state = {Status::kActive, event.title, event.slug, event.parent, event.position};
}
void evolve(State& state, const Changed& event, Time) {
    if (event.title) state.title = *event.title;
}
void evolve(State& state, const Moved& event, Time) {
    state.parent = event.parent;
    state.position = event.position;
}
void evolve(State& state, const Removed&, Time) {
    state.status = Status::kRemoved;
}

Result<Decision> decide(const Create& command, const Streams& streams, const Env&) {
    catalog::Checks checks;
    checks.text("/title", command.title, 1, kTitleMax);
    checks.slug("/slug", command.slug, kSlugMax);
    checks.number("/position", command.position, 0, kPositionMax);
    SHOP_TRY_STATUS(checks.result());
    const CategoryId id = category_of(command.slug);
    SHOP_TRY_STATUS(check_parent(id, command.parent, streams));
    Decision decision;
    const Created event{command.title, command.slug, command.parent, command.position};
    if (const State* state = find_active(id, streams)) {
        if (Created{state->title, state->slug, state->parent, state->position} == event)
            return decision;
        return fail(ErrorCode::kConflict, "slug-in-use",
                    "Another category has this slug. Choose another one.");
    }
    decision.add(id, event);
    return decision;
}

Result<Decision> decide(const Change& command, const Streams& streams, const Env&) {
    const State* state = find_active(command.category, streams);
    if (state == nullptr) return unknown_category();
    SHOP_TRY_STATUS(
        catalog::require_version(command.expected_version, streams.version_of(command.category)));
    catalog::Checks checks;
    if (command.title) checks.text("/title", *command.title, 1, kTitleMax);
    SHOP_TRY_STATUS(checks.result());
    Decision decision;
    if (command.title && *command.title != state->title)
        decision.add(command.category, Changed{command.title});
    return decision;
}

Result<Decision> decide(const Move& command, const Streams& streams, const Env&) {
    const State* state = find_active(command.category, streams);
    if (state == nullptr) return unknown_category();
    SHOP_TRY_STATUS(
        catalog::require_version(command.expected_version, streams.version_of(command.category)));
    catalog::Checks checks;
    checks.number("/position", command.position, 0, kPositionMax);
    SHOP_TRY_STATUS(checks.result());
    SHOP_TRY_STATUS(check_parent(command.category, command.parent, streams));
    Decision decision;
    if (state->parent != command.parent || state->position != command.position)
        decision.add(command.category, Moved{command.parent, command.position});
    return decision;
}

Result<Decision> decide(const Remove& command, const Streams& streams, const Env&) {
    if (find_active(command.category, streams) == nullptr) return unknown_category();
    SHOP_TRY_STATUS(
        catalog::require_version(command.expected_version, streams.version_of(command.category)));
    Decision decision;
    decision.add(command.category, Removed{});
    return decision;
}

CategoryId category_of(std::string_view slug) {
    return CategoryId::derive({"category", slug});
}

StreamId Create::target() const {
    return category_of(slug);
}

}  // namespace shop::category
