#include "bench/goods.hpp"

namespace shop::bench {
namespace {

const Currency kPounds = *Currency::parse("GBP");

std::shared_ptr<const CatalogProduct> product_of(const std::string& sku) {
    product::State state;
    state.status = product::Status::kPublished;
    state.title = "Red retrospot jumbo bag " + sku;
    state.slug = "red-retrospot-jumbo-bag-" + sku;
    state.tax_class = "standard";
    product::Variant variant;
    variant.variant_id = VariantId::derive({sku});
    variant.sku = sku;
    variant.weight_g = 300;
    variant.inventory_item = sku;
    product::Price price;
    price.key.currency = kPounds;
    price.price.money = {1'999, kPounds};
    state.variants.push_back({std::move(variant), {price}});
    return std::make_shared<const CatalogProduct>(
        CatalogProduct{ProductId::derive({sku}), 3, std::move(state)});
}

std::shared_ptr<const CatalogSettings> settings_of_new_shop() {
    auto settings = std::make_shared<CatalogSettings>();
    settings::evolve(settings->tax, settings::TaxPublished{settings::default_tax(), {}, {}}, {});
    settings::evolve(settings->shipping,
                     settings::ShippingPublished{settings::default_shipping(), {}, {}}, {});
    settings::evolve(settings->store, settings::StorePublished{settings::default_store(), {}, {}},
                     {});
    return settings;
}

Record record_of(AnyEvent event, std::string_view command) {
    Record record;
    record.term = {3, "k2f9x0a7mb4c"};
    record.seq = 4'711;
    record.time = *parse_rfc3339("2026-11-24T01:54:10.123456Z");
    record.command = {CommandId::derive({"bench"}), std::string(command),
                      "jmnAJ0xpOuq5Qb3U3WnlmbLoFsZ1pS_w"};
    record.actor.kind = ActorKind::kShopper;
    record.correlation = "4bf92f3577b34da6a3ce929d0e0e4736";
    record.events.push_back({CartId::derive({"bench"}), 4, std::nullopt, std::move(event)});
    return record;
}

}  // namespace

Goods::Goods(std::size_t count) : settings_(settings_of_new_shop()) {
    skus_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) skus_.push_back("SKU-" + std::to_string(i));
    for (const std::string& sku : skus_) by_sku_[sku] = product_of(sku);
}

std::shared_ptr<const CatalogProduct> Goods::find_product(const ProductId& id) const {
    for (const auto& [sku, product] : by_sku_)
        if (product->id == id) return product;
    return nullptr;
}

std::shared_ptr<const CatalogProduct> Goods::find_sku(std::string_view sku) const {
    const auto at = by_sku_.find(sku);
    return at == by_sku_.end() ? nullptr : at->second;
}

Record add_line_record() {
    sale::Line line;
    line.line_id = LineId::derive({"bench"});
    line.product_id = ProductId::derive({"SKU-1"});
    line.variant_id = VariantId::derive({"SKU-1"});
    line.stock_id = StockId::derive({"SKU-1"});
    line.sku = "85099B";
    line.title = "Red retrospot jumbo bag";
    line.quantity = 2;
    line.unit_price.money = {1'999, kPounds};
    line.price_source.product_version = 3;
    line.tax_class = "standard";
    line.weight_g = 300;
    return record_of(cart::LineAdded{std::move(line)}, "AddLine");
}

Record change_quantity_record() {
    cart::LineQuantityChanged changed;
    changed.line_id = LineId::derive({"bench"});
    changed.quantity = 3;
    return record_of(std::move(changed), "ChangeLineQuantity");
}

}  // namespace shop::bench
