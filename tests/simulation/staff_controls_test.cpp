// Negative controls (controls.hpp) of the catalog and of what staff does.
#include <catch2/catch.hpp>

#include "core/decision.hpp"
#include "tests/simulation/controls.hpp"

namespace shop::simulation {
namespace {

using product::Status;

// A name is given to whoever asks.
Result<Decision> decide_without_owners(const AnyCommand& command, const Streams& streams,
                                       const Env& env) {
    const auto* claim = command.get_if<unique_key::Claim>();
    if (claim == nullptr) return decide_any(command, streams, env);
    const auto* key = streams.find<unique_key::State>(claim->target());
    if (key != nullptr && find_outcome(*key, *claim)) {
        const bool is_done = find_outcome(*key, *claim)->kind == unique_key::OutcomeKind::kClaimed;
        if (is_done) return Decision{};
    }
    return Decision{}.add(claim->target(), unique_key::Claimed{claim->key.scope, claim->key.value,
                                                               claim->owner, claim->request});
}

// A product is published whatever its names are.
Result<Decision> decide_without_keys(const AnyCommand& command, const Streams& streams,
                                     const Env& env) {
    const auto* publish = command.get_if<product::Publish>();
    const auto* state =
        publish == nullptr ? nullptr : streams.find<product::State>(publish->product);
    if (state == nullptr || state->status == Status::kArchived)
        return decide_any(command, streams, env);
    return Decision{}.add(publish->product, product::Published{publish->channel});
}

// All names that were asked for count as claimed, those of others too.
Result<Decision> decide_without_refusals(const AnyCommand& command, const Streams& streams,
                                         const Env& env) {
    const auto* answers = command.get_if<product::RecordKeys>();
    if (answers == nullptr) return decide_any(command, streams, env);
    return decide_any(product::RecordKeys{answers->product, answers->request, {}}, streams, env);
}

// Who was refused one name keeps the others.
Result<Decision> decide_without_letting_go(const AnyCommand& command, const Streams& streams,
                                           const Env& env) {
    auto decision = decide_any(command, streams, env);
    if (!decision || decision->events.empty()) return decision;
    const NewEvent last = decision->events.back();
    if (const auto* refused = last.data.get_if<product::KeysRefused>())
        decision->add(last.stream, product::EffectAnswered{refused->request, "released"});
    return decision;
}

// A catalog in which everything costs what the cart says.
class CartPrices final : public Catalog {
  public:
    CartPrices(const Catalog& catalog, const cart::State& cart) : catalog_(catalog), cart_(cart) {}

    std::shared_ptr<const CatalogProduct> find_product(const ProductId& id) const override {
        auto known = catalog_.find_product(id);
        if (known == nullptr) return known;
        auto product = std::make_shared<CatalogProduct>(*known);
        for (product::PricedVariant& priced : product->state.variants)
            for (const sale::Line& line : cart_.lines)
                if (line.variant_id == priced.variant.variant_id)
                    for (product::Price& price : priced.prices) price.price = line.unit_price;
        return product;
    }
    std::shared_ptr<const CatalogProduct> find_sku(std::string_view sku) const override {
        return catalog_.find_sku(sku);
    }
    std::shared_ptr<const category::State> find_category(const CategoryId& id) const override {
        return catalog_.find_category(id);
    }
    std::shared_ptr<const CatalogSettings> settings() const override { return catalog_.settings(); }

  private:
    const Catalog& catalog_;
    const cart::State& cart_;
};

// A checkout charges what the cart says, whatever became of the prices.
Result<Decision> decide_without_requote(const AnyCommand& command, const Streams& streams,
                                        const Env& env) {
    const auto* start = command.get_if<checkout::Start>();
    const auto* cart = start == nullptr ? nullptr : streams.find<cart::State>(start->cart);
    if (cart == nullptr) return decide_any(command, streams, env);
    const CartPrices prices(*env.catalog, *cart);
    Env deceived = env;
    deceived.catalog = &prices;
    return decide_any(command, streams, deceived);
}

// Goods are put wherever staff says.
Result<Decision> decide_without_categories(const AnyCommand& command, const Streams& streams,
                                           const Env& env) {
    const auto* assign = command.get_if<product::AssignCategory>();
    if (assign == nullptr) return decide_any(command, streams, env);
    return Decision{}.add(assign->product, product::CategoryAssigned{assign->category_id});
}

// A category goes wherever staff says.
Result<Decision> decide_without_tree(const AnyCommand& command, const Streams& streams,
                                     const Env& env) {
    const auto* move = command.get_if<category::Move>();
    if (move == nullptr) return decide_any(command, streams, env);
    return Decision{}.add(move->category, category::Moved{move->parent, move->position});
}

// More goes from the shelf than is there.
Result<Decision> decide_without_shelf(const AnyCommand& command, const Streams& streams,
                                      const Env& env) {
    const auto* adjust = command.get_if<stock::Adjust>();
    if (adjust == nullptr) return decide_any(command, streams, env);
    return Decision{}.add(adjust->stock, stock::Adjusted{.delta = adjust->delta});
}

TEST_CASE("control: a rule of the catalog or of staff taken out is found", "[simulation]") {
    const Control control = GENERATE(values<Control>(
        {{"owners of names", decide_without_owners, "has two owners"},
         {"names of what is published", decide_without_keys, "is published without"},
         {"refusals of names", decide_without_refusals, "has not claimed"},
         {"release of refused names", decide_without_letting_go, "which it was refused"},
         {"a look at prices at checkout", decide_without_requote, "what it no longer cost"},
         {"categories that are there", decide_without_categories, "where no category is"},
         {"the tree of categories", decide_without_tree, "stands below itself"},
         {"limits of the shelf", decide_without_shelf, "less than nothing"},
         {"refunds of canceled orders", decide_without<payment::RefundRequested>,
          "more was kept than is due"}}));
    check_found(control);
}

TEST_CASE("control: answers to staff that do not wait for the catalog", "[simulation]") {
    WorldOptions options;
    options.awaits_catalog = false;
    CHECK(is_found(options, {"what it no longer cost", "where no category is"}));
}

TEST_CASE("control: staff that asks under another id each time", "[simulation]") {
    WorldOptions options;
    options.fresh_ids = true;
    CHECK(is_found(options, {"was received twice"}));
}

}  // namespace
}  // namespace shop::simulation
