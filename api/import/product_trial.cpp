#include "api/import/product_trial.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "api/import/first_of.hpp"
#include "core/catalog/unique_key.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::import {
namespace {

using Keys = std::vector<unique_key::Key>;
using Events = std::vector<NewEvent>;

// Slug and SKUs that are asked for.
Keys keys_in(const Events& events) {
    Keys keys;
    for (const NewEvent& event : events)
        if (const auto* requested = event.data.get_if<product::KeysRequested>())
            keys.insert(keys.end(), requested->keys.begin(), requested->keys.end());
    return keys;
}

// By how much the units on hand change.
std::int64_t delta_of(const Events& events) {
    std::int64_t delta = 0;
    for (const NewEvent& event : events) {
        if (const auto* received = event.data.get_if<stock::Received>())
            delta += received->quantity;
        if (const auto* adjusted = event.data.get_if<stock::Adjusted>()) delta += adjusted->delta;
    }
    return delta;
}

// Whether the file's rows can do without the keys: all are SKUs that they would bring in.
bool can_do_without(const FileProduct& product, const Keys& keys) {
    return std::ranges::all_of(keys, [&](const unique_key::Key& key) {
        const auto is_it = [&](const VariantRow& row) { return row.variant.sku == key.value; };
        return key.scope == unique_key::Scope::kSku && !product.is_known(key.value) &&
               std::ranges::any_of(product.rows.variants, is_it);
    });
}

}  // namespace

// One product that is tried. In the frame of its coroutine.
struct ProductTrial::Work {
    FileProduct product;
    bool is_in_new_category = false;
    bool changed = false;
};

Task<RowFates> ProductTrial::import(ProductRows rows) {
    Work work{match_product(std::move(rows), catalog_)};
    if (work.product.rows.variants.empty()) co_return std::move(work.product.fates);
    const Status tried = co_await try_product(&work);
    if (tried)
        co_await try_stocks(&work);
    else
        work.product.refuse_all(text_of(tried.error()));
    co_return std::move(work.product.fates);
}

Task<Status> ProductTrial::try_product(Work* work) {
    FileProduct& product = work->product;
    const std::vector<std::string>& path = product.rows.category;
    const auto category = co_await try_categories(path);
    if (!category) co_return std::unexpected(category.error());
    product.category = *category;
    work->is_in_new_category = !path.empty() && !product.category;
    for (;;) {
        const auto trial = co_await submitter_.try_out(command_of(product));
        if (!trial) co_return std::unexpected(trial.error());
        work->changed = work->changed || work->is_in_new_category || !trial->events.empty();
        const auto lost = co_await claim(product.id, keys_in(trial->events));
        if (!lost) co_return std::unexpected(lost.error());
        if (lost->empty()) {
            count(*work, trial->events);
            co_return Status();
        }
        if (!can_do_without(product, *lost)) co_return std::unexpected(keys_in_use(*lost));
        product.refuse_skus(*lost);
        if (product.rows.variants.empty()) co_return co_await try_without_rows(work);
    }
}

// By the time it hears that all its SKUs are taken the import has made the product, as a draft
// without them, or has changed what the rows say of the product itself.
Task<Status> ProductTrial::try_without_rows(Work* work) {
    product::Import command = command_of(work->product);
    command.publish = false;
    const auto trial = co_await submitter_.try_out(std::move(command));
    if (!trial) co_return std::unexpected(trial.error());
    count(*work, trial->events);
    co_return Status();
}

// The last of them; nothing if there is none, or it would be made.
Task<Result<std::optional<CategoryId>>> ProductTrial::try_categories(
    std::vector<std::string> titles) {
    std::optional<CategoryId> last;
    CategoryId parent;
    for (category::Create& command : categories_of(titles)) {
        const std::string slug = command.slug;
        if (!categories_.contains(slug)) {
            command.parent = parent;  // one that would be made cannot be asked about
            const auto trial = co_await submitter_.try_out(std::move(command));
            // One with this slug that the owner has changed since is the one that is meant.
            if (!trial && trial.error().type != "slug-in-use")
                co_return std::unexpected(trial.error());
            const bool is_there = !trial || trial->events.empty();
            const bool is_first = categories_.emplace(slug, is_there).second;
            if (is_first && !is_there) ++changes_.categories_made;
        }
        last.reset();
        if (categories_.at(slug)) last = category::category_of(slug);
        parent = last.value_or(CategoryId{});
    }
    co_return last;
}

// Those that another product has, or an earlier one of the file would get; if there are none, they
// are this product's.
Task<Result<Keys>> ProductTrial::claim(ProductId product, Keys keys) {
    std::unordered_set<KeyId> owned;  // by others
    for (const unique_key::Key& key : keys) {
        const KeyId id = unique_key::key_of(key);
        const auto read = co_await submitter_.read(id);
        if (!read) co_return std::unexpected(read.error());
        if (read->state == nullptr) continue;
        const StreamId& owner = std::get<unique_key::State>(*read->state).owner;
        if (!owner.is_empty() && owner != StreamId(product)) owned.insert(id);
    }
    Keys lost;
    for (const unique_key::Key& key : keys) {
        const auto earlier = claimed_.find(unique_key::key_of(key));
        const bool is_claimed = earlier != claimed_.end() && earlier->second != product;
        if (is_claimed || owned.contains(unique_key::key_of(key))) lost.push_back(key);
    }
    if (lost.empty())
        for (const unique_key::Key& key : keys) claimed_.emplace(unique_key::key_of(key), product);
    co_return lost;
}

Task<bool> ProductTrial::try_stocks(Work* work) {
    FileProduct& product = work->product;
    for (const VariantRow& row : product.rows.variants) {
        bool changed = work->changed;
        if (row.stock) {
            const auto moved = co_await try_level(level_of(product, row), row.variant.sku);
            if (!moved) {
                product.refuse(row, text_of(moved.error()));
                continue;
            }
            changed = changed || *moved;
        }
        ++(changed ? product.fates.accepted : product.fates.unchanged);
    }
    co_return true;
}

// Whether it would change anything.
Task<Result<bool>> ProductTrial::try_level(stock::SetLevel command, std::string sku) {
    const StockId stock = command.stock;
    const std::int64_t after = command.on_hand;
    const auto trial = co_await submitter_.try_out(std::move(command));
    if (!trial) co_return std::unexpected(trial.error());
    const auto [known, is_first] = levels_.try_emplace(stock, after - delta_of(trial->events));
    const std::int64_t before = std::exchange(known->second, after);
    if (before != after) count_level({std::move(sku), before, after});
    co_return is_first ? !trial->events.empty() : before != after;
}

void ProductTrial::count(const Work& work, const Events& events) {
    std::unordered_set<VariantId> added;
    bool is_new = false;
    for (const NewEvent& event : events) {
        if (event.data.get_if<product::Created>() != nullptr) is_new = true;
        if (const auto* variant = event.data.get_if<product::VariantAdded>())
            added.insert(variant->variant.variant_id);
        if (const auto* requested = event.data.get_if<product::KeysRequested>())
            changes_.variants_added += requested->variants.size();
        const auto* price = event.data.get_if<product::PriceSet>();
        if (price != nullptr && !added.contains(price->variant_id)) ++changes_.prices_changed;
    }
    changes_.variants_added += added.size();
    if (is_new)
        ++changes_.products_made;
    else if (work.is_in_new_category || !events.empty())
        ++changes_.products_changed;
}

void ProductTrial::count_level(LevelChange level) {
    ++changes_.levels_changed;
    const bool is_more = level.after > level.before;
    const std::int64_t units = is_more ? level.after - level.before : level.before - level.after;
    (is_more ? changes_.units_added : changes_.units_removed) += static_cast<std::uint64_t>(units);
    add_to_first(changes_.levels, std::move(level), kLevelsMax, &LevelChange::sku);
}

ImportChanges ProductTrial::changes() const {
    ImportChanges all = changes_;
    cut_to_first(all.levels, kLevelsMax, &LevelChange::sku);
    return all;
}

}  // namespace shop::import
