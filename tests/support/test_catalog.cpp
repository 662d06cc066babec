#include "tests/support/test_catalog.hpp"

#include "core/base/assert.hpp"

namespace shop::tests {

Money gbp(std::int64_t pence) {
    return money(pence, "GBP");
}

Money money(std::int64_t minor_units, std::string_view currency) {
    const auto parsed = Currency::parse(currency);
    SHOP_ASSERT(parsed.has_value());
    return {minor_units, *parsed};
}

product::Price price_of(Money money) {
    return {.key = {.currency = money.currency}, .price = {money, {}}};
}

TestCatalog::TestCatalog() : settings_(std::make_shared<CatalogSettings>()) {
    publish(settings::default_tax());
    publish(settings::default_shipping());
    publish(settings::default_store());
}

ProductId TestCatalog::product_id(std::string_view sku) {
    return ProductId::derive({"test product", sku});
}

VariantId TestCatalog::variant_id(std::string_view sku) {
    return VariantId::derive({"test variant", sku});
}

// Readers hold on to the version they found, so a change makes a copy.
CatalogProduct& TestCatalog::change(const std::string& sku) {
    std::shared_ptr<CatalogProduct>& product = products_[product_id(sku)];
    product = product ? std::make_shared<CatalogProduct>(*product)
                      : std::make_shared<CatalogProduct>(CatalogProduct{product_id(sku), 0, {}});
    ++product->version;
    return *product;
}

TestCatalog& TestCatalog::sell(const ProductSpec& spec) {
    product::State state{.status = product::Status::kPublished,
                         .title = "A " + spec.sku,
                         .slug = "a-" + spec.sku,
                         .kind = spec.kind,
                         .tax_class = spec.tax_class};
    product::Variant variant{.variant_id = variant_id(spec.sku),
                             .sku = spec.sku,
                             .option_values = spec.options,
                             .weight_g = spec.weight_g,
                             .min_quantity = spec.min_quantity,
                             .quantity_step = spec.quantity_step,
                             .inventory_item = spec.sku};
    state.variants.push_back({std::move(variant), spec.prices});
    change(spec.sku).state = std::move(state);
    return *this;
}

TestCatalog& TestCatalog::sell(const std::string& sku, Money price) {
    return sell(ProductSpec{.sku = sku, .prices = {price_of(price)}});
}

TestCatalog& TestCatalog::unpublish(const std::string& sku) {
    change(sku).state.status = product::Status::kUnpublished;
    return *this;
}

TestCatalog& TestCatalog::remove_variant(const std::string& sku) {
    change(sku).state.variants.clear();
    return *this;
}

TestCatalog& TestCatalog::add_category(const std::string& slug) {
    categories_[category::category_of(slug)] =
        std::make_shared<category::State>(category::State{.title = "The " + slug, .slug = slug});
    return *this;
}

TestCatalog& TestCatalog::publish(settings::Tax document, Time from) {
    settings_ = std::make_shared<CatalogSettings>(*settings_);
    settings::evolve(settings_->tax, settings::TaxPublished{std::move(document), from, {}}, from);
    return *this;
}

TestCatalog& TestCatalog::publish(settings::Shipping document, Time from) {
    settings_ = std::make_shared<CatalogSettings>(*settings_);
    settings::evolve(settings_->shipping,
                     settings::ShippingPublished{std::move(document), from, {}}, from);
    return *this;
}

TestCatalog& TestCatalog::publish(settings::Store document, Time from) {
    settings_ = std::make_shared<CatalogSettings>(*settings_);
    settings::evolve(settings_->store, settings::StorePublished{std::move(document), from, {}},
                     from);
    return *this;
}

std::shared_ptr<const CatalogProduct> TestCatalog::find_product(const ProductId& id) const {
    const auto at = products_.find(id);
    return at == products_.end() ? nullptr : at->second;
}

std::shared_ptr<const CatalogProduct> TestCatalog::find_sku(std::string_view sku) const {
    for (const auto& [id, product] : products_) {
        if (product->state.status != product::Status::kPublished) continue;
        for (const product::PricedVariant& variant : product->state.variants)
            if (variant.variant.sku == sku) return product;
    }
    return nullptr;
}

std::shared_ptr<const category::State> TestCatalog::find_category(const CategoryId& id) const {
    const auto at = categories_.find(id);
    return at == categories_.end() ? nullptr : at->second;
}

std::shared_ptr<const CatalogSettings> TestCatalog::settings() const {
    return settings_;
}

}  // namespace shop::tests
