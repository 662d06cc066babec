#include "events/catalog/catalog_fold.hpp"

#include <algorithm>
#include <utility>

namespace shop {
namespace {

// A new shop's settings stand before all versions that were published.
std::shared_ptr<CatalogSettings> settings_of_new_shop() {
    auto settings = std::make_shared<CatalogSettings>();
    settings->tax.tax.push_back({0, Time{}, settings::default_tax()});
    settings->shipping.shipping.push_back({0, Time{}, settings::default_shipping()});
    settings->store.store.push_back({0, Time{}, settings::default_store()});
    return settings;
}

settings::State& state_in(CatalogSettings& all, const StreamId& stream) {
    if (stream == StreamId(settings::tax_stream())) return all.tax;
    if (stream == StreamId(settings::shipping_stream())) return all.shipping;
    return all.store;
}

template <class Version>
void put_behind(std::vector<Version>& versions, const std::vector<Version>& published) {
    versions.insert(versions.end(), published.begin(), published.end());
}

template <class State, class Event>
constexpr bool kFolds =
    requires(State& state, const Event& event, Time time) { evolve(state, event, time); };

}  // namespace

// Changes under way: built apart, then taken over at once, so that readers hardly ever wait.
class CatalogFold::Batch {
  public:
    explicit Batch(const CatalogFold& fold) : fold_(fold) {}

    void add(const RecordedEvent& event, Time time) {
        event.data.visit([&]<class Event>(const Event& data) {
            if constexpr (kFolds<product::State, Event>)
                add_product(event, data, time);
            else if constexpr (kFolds<category::State, Event>)
                add_category(event, data, time);
            else if constexpr (kFolds<settings::State, Event>)
                add_settings(event, data, time);
        });
    }

    // What the state store knows of a stream.
    void add(const StoredStream& stream) {
        if (const auto* state = std::get_if<product::State>(stream.state.get())) {
            const auto id = stream.id.as<ProductId>();
            products[id] =
                std::make_shared<CatalogProduct>(CatalogProduct{id, stream.version, *state});
        } else if (const auto* category = std::get_if<category::State>(stream.state.get())) {
            categories[stream.id.as<CategoryId>()] = {stream.version,
                                                      std::make_shared<category::State>(*category)};
        } else if (const auto* known = std::get_if<settings::State>(stream.state.get())) {
            settings::State& own = state_in(change_settings(), stream.id);
            own.published = known->published;
            put_behind(own.tax, known->tax);
            put_behind(own.shipping, known->shipping);
            put_behind(own.store, known->store);
        }
    }

    std::unordered_map<ProductId, std::shared_ptr<CatalogProduct>> products;
    std::unordered_map<CategoryId, Category> categories;
    std::shared_ptr<CatalogSettings> settings;  // nullptr: unchanged

  private:
    // Events that a loaded state holds already are passed over.
    template <class Event>
    void add_product(const RecordedEvent& event, const Event& data, Time time) {
        CatalogProduct& product = change(event.stream.as<ProductId>());
        if (event.version <= product.version) return;
        evolve(product.state, data, time);
        product.version = event.version;
    }

    template <class Event>
    void add_category(const RecordedEvent& event, const Event& data, Time time) {
        const auto id = event.stream.as<CategoryId>();
        const auto known = fold_.categories_.find(id);
        Category& category = categories[id];
        if (!category.state && known != fold_.categories_.end()) category = known->second;
        if (event.version <= category.version) return;
        auto state = category.state ? std::make_shared<category::State>(*category.state)
                                    : std::make_shared<category::State>();
        evolve(*state, data, time);
        category = {event.version, std::move(state)};
    }

    template <class Event>
    void add_settings(const RecordedEvent& event, const Event& data, Time time) {
        settings::State& state = state_in(change_settings(), event.stream);
        if (event.version > state.published) evolve(state, data, time);
    }

    CatalogProduct& change(const ProductId& id) {
        std::shared_ptr<CatalogProduct>& product = products[id];
        if (product) return *product;
        const auto known = fold_.products_.find(id);
        product = known == fold_.products_.end()
                      ? std::make_shared<CatalogProduct>(CatalogProduct{.id = id})
                      : std::make_shared<CatalogProduct>(*known->second);
        return *product;
    }

    CatalogSettings& change_settings() {
        if (!settings) settings = std::make_shared<CatalogSettings>(*fold_.settings_);
        return *settings;
    }

    const CatalogFold& fold_;
};

CatalogFold::CatalogFold(const Log& log, Alarm alarm)
    : log_(log), alarm_(std::move(alarm)), settings_(settings_of_new_shop()) {
    for (std::uint16_t i = 0; i < log.partitions().catalog; ++i)
        sources_.push_back(std::make_unique<Source>(log, Partition{Topic::kCatalog, i}));
}

CatalogFold::~CatalogFold() {
    stop();
}

Status CatalogFold::load(const StateStore& store) {
    for (std::uint16_t i = 0; i < log_.partitions().catalog; ++i)
        SHOP_TRY_STATUS(load_partition(store, {Topic::kCatalog, i}));
    return {};
}

// The checkpoint is read first: streams that are stored meanwhile are newer than it says, and their
// events are known by their versions when the tail is read.
Status CatalogFold::load_partition(const StateStore& store, Partition partition) {
    SHOP_TRY(checkpoint, store.checkpoint(partition));
    auto source = std::make_unique<Source>(log_, partition, checkpoint);
    const auto first = source->reader->read({.entries = 1});
    if (!first && first.error().type == "checkpoint-mismatch")
        return read_source(*sources_[partition.number]);
    if (!first) return std::unexpected(first.error());
    Batch batch(*this);
    const auto keep = [&](const StoredStream& stream) { batch.add(stream); };
    SHOP_TRY_STATUS(store.for_each_stream(partition, StreamKind::kProduct, keep));
    SHOP_TRY_STATUS(store.for_each_stream(partition, StreamKind::kCategory, keep));
    SHOP_TRY_STATUS(store.for_each_stream(partition, StreamKind::kSettings, keep));
    take(std::move(batch));
    SHOP_TRY_STATUS(fold(*source, *first));
    sources_[partition.number] = std::move(source);
    return read_source(*sources_[partition.number]);
}

Status CatalogFold::catch_up() {
    SHOP_TRY_STATUS(read_on());
    if (!is_behind()) return {};
    return fail(ErrorCode::kUnavailable, "log-lags",
                "The log does not show yet what it holds of the catalog. Try again in a moment.");
}

Status CatalogFold::read_on() {
    for (const auto& source : sources_) SHOP_TRY_STATUS(read_source(*source));
    return {};
}

Status CatalogFold::read_source(Source& source) {
    for (;;) {
        SHOP_TRY(entries, source.reader->read());
        if (Status folded = fold(source, entries); !folded) {
            // What was read is not passed over: the next try reads it again.
            source.reader.emplace(log_, source.reader->partition(), source.folded);
            return folded;
        }
        if (entries.empty()) return {};
    }
}

Status CatalogFold::fold(Source& source, std::span<const LogEntry> entries) {
    Batch batch(*this);
    for (const LogEntry& entry : entries) {
        SHOP_TRY(record, source.reader->decode(entry));
        for (const RecordedEvent& event : record.events) batch.add(event, record.time_of(event));
    }
    take(std::move(batch));
    source.folded = source.reader->checkpoint();
    source.passed = source.folded.offset;
    wake_waits(false);
    return {};
}

void CatalogFold::take(Batch batch) {
    const std::unique_lock lock(mutex_);
    if (batch.settings) settings_ = std::move(batch.settings);
    for (auto& [id, category] : batch.categories) categories_[id] = std::move(category);
    for (auto& [id, product] : batch.products) {
        ProductPtr& known = products_[id];
        const ProductPtr before = std::exchange(known, std::move(product));
        index(before, known);
    }
}

void CatalogFold::index(const ProductPtr& before, const ProductPtr& after) {
    if (before)
        for (const product::PricedVariant& priced : before->state.variants)
            if (const auto at = skus_.find(priced.variant.sku);
                at != skus_.end() && at->second == before)
                skus_.erase(at);
    for (const product::PricedVariant& priced : after->state.variants)
        index_sku(priced.variant.sku, after);
    const std::size_t known_keys = before ? before->state.keys.size() : 0;
    for (std::size_t i = known_keys; i < after->state.keys.size(); ++i)
        index_key(after->state.keys[i], after->id);
}

void CatalogFold::index_key(const unique_key::Key& key, const ProductId& owner) {
    if (key.scope == unique_key::Scope::kSlug) slugs_.insert_or_assign(key.value, owner);
    if (key.scope == unique_key::Scope::kSku) owned_skus_.insert_or_assign(key.value, owner);
}

// Drafts may name a SKU that another product sells: only its seller is found then.
void CatalogFold::index_sku(const std::string& sku, const ProductPtr& product) {
    ProductPtr& known = skus_[sku];
    const bool is_sold = known && known->state.status == product::Status::kPublished;
    if (!is_sold || product->state.status == product::Status::kPublished) known = product;
}

std::shared_ptr<const CatalogProduct> CatalogFold::find_product(const ProductId& id) const {
    const std::shared_lock lock(mutex_);
    const auto at = products_.find(id);
    return at == products_.end() ? nullptr : at->second;
}

std::shared_ptr<const CatalogProduct> CatalogFold::find_sku(std::string_view sku) const {
    const std::shared_lock lock(mutex_);
    const auto at = skus_.find(sku);
    const bool is_sold =
        at != skus_.end() && at->second->state.status == product::Status::kPublished;
    return is_sold ? at->second : nullptr;
}

std::shared_ptr<const CatalogProduct> CatalogFold::find_any_sku(std::string_view sku) const {
    const std::shared_lock lock(mutex_);
    const auto at = skus_.find(sku);
    return at == skus_.end() ? nullptr : at->second;
}

std::shared_ptr<const CatalogProduct> CatalogFold::find_slug(std::string_view slug) const {
    return find_owner(slugs_, slug);
}

std::shared_ptr<const CatalogProduct> CatalogFold::find_sku_owner(std::string_view sku) const {
    return find_owner(owned_skus_, sku);
}

CatalogFold::ProductPtr CatalogFold::find_owner(const ByText<ProductId>& keys,
                                                std::string_view value) const {
    const std::shared_lock lock(mutex_);
    const auto at = keys.find(value);
    return at == keys.end() ? nullptr : products_.at(at->second);
}

std::shared_ptr<const category::State> CatalogFold::find_category(const CategoryId& id) const {
    const std::shared_lock lock(mutex_);
    const auto at = categories_.find(id);
    return at == categories_.end() ? nullptr : at->second.state;
}

std::shared_ptr<const CatalogSettings> CatalogFold::settings() const {
    const std::shared_lock lock(mutex_);
    return settings_;
}

std::size_t CatalogFold::product_count() const {
    const std::shared_lock lock(mutex_);
    return products_.size();
}

std::optional<Error> CatalogFold::failure() const {
    const std::shared_lock lock(mutex_);
    return failure_;
}

}  // namespace shop
