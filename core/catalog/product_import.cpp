// A whole product as a catalog file tells it.
#include <algorithm>
#include <set>
#include <utility>

#include "core/catalog/product_checks.hpp"
#include "core/catalog/product_keys.hpp"

namespace shop::product {
namespace {

const Reason kImported{"import", ""};

std::string pointer_of(std::size_t variant) {
    return "/variants/" + std::to_string(variant);
}

// The variant as it will be: what is known of it, with what the file tells.
Variant merged(const ProductId& product, const Variant* known, const ImportedVariant& told) {
    Variant variant;
    if (known != nullptr) variant = *known;
    variant.sku = told.sku;
    if (told.option_values) variant.option_values = *told.option_values;
    if (told.barcode) variant.barcode = *told.barcode;
    if (told.weight_g) variant.weight_g = *told.weight_g;
    if (variant.variant_id.is_empty()) variant.variant_id = new_variant(product, told.sku);
    if (variant.inventory_item.empty()) variant.inventory_item = variant.variant_id.to_string();
    return variant;
}

// Attributes told with a value are set, those told empty taken away, others stay.
void merge_attributes(DetailsChanged& details, const State& state) {
    if (!details.attributes) return;
    std::map<std::string, std::string> all = state.attributes;
    for (const auto& [name, value] : *details.attributes) all[name] = value;
    std::erase_if(all, [](const auto& attribute) { return attribute.second.empty(); });
    details.attributes = std::move(all);
}

// Builds the decision while it keeps the product as it will be.
class Importing {
  public:
    Importing(const Import& command, const State* known)
        : command_(command), is_new_(known == nullptr) {
        if (known != nullptr) state_ = *known;
    }

    Result<Decision> run(const Env& env) {
        SHOP_TRY_STATUS(check(env));
        if (is_new_) add_created();
        SHOP_TRY_STATUS(change_details());
        for (const ImportedVariant& told : command_.variants) take_variant(told);
        SHOP_TRY_STATUS(add_variants());
        assign_categories();
        return finish();
    }

  private:
    template <class Event>
    void add(Event event) {
        evolve(state_, event, Time{});
        decision_.add(command_.product, std::move(event));
    }

    shop::Status check(const Env& env) const {
        catalog::Checks checks;
        check_details(checks, "", command_.details, env.catalog);
        if (is_new_) checks.slug("/slug", command_.slug, kSlugMax);
        checks.require(!is_new_ || command_.details.title, "/title", "must be told");
        checks.require(command_.variants.size() <= kVariantsMax, "/variants",
                       "must be at most 250");
        std::set<std::string_view> skus;
        for (std::size_t i = 0; i < command_.variants.size(); ++i) {
            const ImportedVariant& told = command_.variants[i];
            check_sku(checks, pointer_of(i) + "/sku", told.sku);
            checks.require(skus.insert(told.sku).second, pointer_of(i) + "/sku",
                           "must not be named twice");
            for (const Price& price : told.prices) check_price(checks, pointer_of(i), price);
        }
        check_categories(checks, env.catalog);
        return checks.result();
    }

    void check_categories(catalog::Checks& checks, const Catalog* catalog) const {
        if (!command_.categories) return;
        checks.require(command_.categories->size() <= kCategoriesMax, "/categories",
                       "must be at most 20");
        for (const CategoryId& id : *command_.categories)
            checks.require(is_category(id, catalog), "/categories", "must be existing categories");
    }

    void add_created() {
        Created created{.title = *command_.details.title, .slug = command_.slug};
        if (command_.details.description) created.description = *command_.details.description;
        if (command_.details.tax_class) created.tax_class = *command_.details.tax_class;
        if (command_.details.options) created.options = *command_.details.options;
        DetailsChanged told = command_.details;
        merge_attributes(told, {});
        if (told.attributes) created.attributes = std::move(*told.attributes);
        add(std::move(created));
    }

    shop::Status change_details() {
        DetailsChanged told = command_.details;
        merge_attributes(told, state_);
        DetailsChanged changed = changes_to(state_, std::move(told));
        if (changed != DetailsChanged{}) add(std::move(changed));
        catalog::Checks checks;
        checks.require(state_.attributes.size() <= kAttributesMax, "/attributes",
                       "must have at most 50 attributes");
        return checks.result();
    }

    void take_variant(const ImportedVariant& told) {
        const PricedVariant* known = state_.find_sku(told.sku);
        Variant variant =
            merged(command_.product, known == nullptr ? nullptr : &known->variant, told);
        if (known == nullptr) {
            added_.push_back({std::move(variant), told.prices});
            return;
        }
        const VariantId id = variant.variant_id;
        const std::vector<Price> prices = known->prices;
        if (variant != known->variant) add(VariantChanged{std::move(variant)});
        for (const Price& price : told.prices)
            if (std::ranges::find(prices, price) == prices.end())
                add(PriceSet{id, price, kImported});
    }

    // At once, but for SKUs that a published product has no key for.
    shop::Status add_variants() {
        std::vector<PricedVariant> waiting;
        for (PricedVariant& priced : added_) {
            const bool at_once =
                state_.status != Status::kPublished || state_.owns(sku_key(priced.variant.sku));
            if (!at_once) {
                waiting.push_back(std::move(priced));
                continue;
            }
            add(VariantAdded{priced.variant});
            for (Price& price : priced.prices)
                add(PriceSet{priced.variant.variant_id, std::move(price), kImported});
        }
        if (!added_.empty()) SHOP_TRY_STATUS(require_no_request(state_));
        SHOP_TRY_STATUS(check_variants(waiting));
        if (!waiting.empty()) request_variants(std::move(waiting));
        return {};
    }

    void request_variants(std::vector<PricedVariant> waiting) {
        std::vector<unique_key::Key> keys;
        for (const PricedVariant& priced : waiting) keys.push_back(sku_key(priced.variant.sku));
        add(KeysRequested{.request = state_.requests + 1,
                          .keys = std::move(keys),
                          .purpose = Purpose::kVariant,
                          .channel = "",
                          .variants = std::move(waiting)});
    }

    // All variants as they will be.
    shop::Status check_variants(const std::vector<PricedVariant>& waiting) const {
        catalog::Checks checks;
        std::vector<PricedVariant> all = state_.variants;
        all.insert(all.end(), waiting.begin(), waiting.end());
        checks.require(all.size() <= kVariantsMax, "/variants", "must be at most 250");
        for (std::size_t i = 0; i < command_.variants.size(); ++i) {
            const auto at = std::ranges::find_if(all, [&](const PricedVariant& priced) {
                return priced.variant.sku == command_.variants[i].sku;
            });
            SHOP_ASSERT(at != all.end());
            check_variant(checks, pointer_of(i), at->variant, state_.options);
            check_distinct(checks, pointer_of(i), at->variant, all);
            checks.require(at->prices.size() <= kPricesMax, pointer_of(i),
                           "must have at most 50 prices");
        }
        return checks.result();
    }

    void assign_categories() {
        if (!command_.categories) return;
        const std::vector<CategoryId> before = state_.categories;
        for (const CategoryId& id : before)
            if (std::ranges::count(*command_.categories, id) == 0) add(CategoryUnassigned{id});
        for (const CategoryId& id : *command_.categories)
            if (std::ranges::count(state_.categories, id) == 0) add(CategoryAssigned{id});
    }

    Decision finish() {
        const bool never_published = state_.status == Status::kDraft && !state_.request;
        if (command_.publish && never_published && !state_.variants.empty())
            publish_or_request(decision_, command_.product, state_, Published{});
        return std::move(decision_);
    }

    const Import& command_;
    const bool is_new_;
    State state_;  // as it will be
    std::vector<PricedVariant> added_;
    Decision decision_;
};

}  // namespace

Result<Decision> decide(const Import& command, const Streams& streams, const Env& env) {
    const State* known = streams.find<State>(command.product);
    if (known != nullptr) {
        SHOP_TRY(state, find_changeable(command.product, {}, streams));
        SHOP_ASSERT(state == known);
    }
    return Importing(command, known).run(env);
}

}  // namespace shop::product
