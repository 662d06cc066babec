#include "projections/storefront/product_rows.hpp"

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "projections/generations.hpp"
#include "projections/postgres/database.hpp"
#include "projections/storefront/patch.hpp"
#include "projections/storefront/product_sql.hpp"
#include "projections/storefront/product_view.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Database;
using postgres::RowSet;

bool is_shown(const product::State& state) {
    return state.status == product::Status::kPublished;
}

std::vector<std::string> skus_of(const product::State& state) {
    std::vector<std::string> skus;
    for (const auto& priced : state.variants) skus.push_back(priced.variant.sku);
    return skus;
}

// Pages and lists are kept per currency; a product without any price has a page all the same.
std::vector<Currency> page_currencies(const product::State& state, Time now) {
    auto currencies = currencies_of(state, now);
    if (currencies.empty()) currencies.emplace_back();
    return currencies;
}

}  // namespace

Status ProductRows::load(Database& database, std::span<const ViewRecord> batch) {
    for (const ViewRecord& record : batch)
        for (const RecordedEvent& event : record.record.events)
            if (event.stream.kind == StreamKind::kProduct)
                products_.try_emplace(event.stream.as<ProductId>());
    return load_states(database);
}

Result<bool> ProductRows::has_stale(Database& database, Time now) {
    SHOP_TRY(rows, database.query(kHasStale, {std::to_string(now.us)}));
    return !rows.is_empty();
}

Status ProductRows::load_stale(Database& database, Time now) {
    SHOP_TRY(rows, database.query(kFindStale, {std::to_string(now.us)}));
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (const auto id = ProductId::parse(rows.text(i, 0))) products_.try_emplace(*id);
    SHOP_TRY_STATUS(load_states(database));
    for (auto& [id, folded] : products_) {
        folded.shown_at = now;
        folded.is_changed = true;
    }
    return {};
}

Status ProductRows::load_states(Database& database) {
    RowSet ids(kLoadProducts, mode_);
    for (const auto& [id, folded] : products_) ids.text(id.to_string());
    SHOP_TRY(rows, ids.run(database));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto id = ProductId::parse(rows.text(i, 0));
        auto state = json::from_json<product::State>(rows.text(i, 2), json::Missing::kIsDefault);
        if (!id || !state)
            return fail(ErrorCode::kCorrupt, "view-damaged",
                        "The stored state of a product cannot be read. Rebuild the view.");
        Folded& folded = products_[*id];
        folded.state = std::move(*state);
        folded.version = static_cast<std::uint64_t>(rows.integer(i, 1));
        folded.created_at = {rows.integer(i, 3)};
        folded.changed_at = {rows.integer(i, 4)};
        if (!is_shown(folded.state)) continue;
        folded.slug_before = folded.state.slug;
        folded.words_before = words_of(folded.state);
    }
    return {};
}

void ProductRows::fold(const Record& record, const RecordedEvent& event) {
    visit_event<product::Event>(event.data, [&]<class Event>(const Event& data) {
        Folded& folded = products_[event.stream.as<ProductId>()];
        const Time time = record.time_of(event);
        if constexpr (std::is_same_v<Event, product::Created>) folded.created_at = time;
        // Only a slug that was claimed leads on: a draft's may be another product's.
        if constexpr (std::is_same_v<Event, product::SlugChanged>)
            if (folded.state.status != product::Status::kDraft)
                folded.redirects.insert(folded.state.slug);
        product::evolve(folded.state, data, time);
        folded.version = event.version;
        folded.changed_at = time;
        folded.shown_at = record.time;
        folded.is_changed = true;
    });
}

Status ProductRows::write(Database& database, std::set<std::string>& listed, Touched& touched) {
    std::erase_if(products_, [](const auto& entry) { return !entry.second.is_changed; });
    if (products_.empty()) return {};
    SHOP_TRY_STATUS(write_products(database));
    SHOP_TRY_STATUS(clear_published(database));
    SHOP_TRY_STATUS(write_variants(database));
    SHOP_TRY_STATUS(write_pages(database));
    SHOP_TRY_STATUS(write_listings(database));
    SHOP_TRY_STATUS(write_redirects(database));
    SHOP_TRY_STATUS(write_words(database));
    for (const auto& [id, folded] : products_) {
        if (is_shown(folded.state)) listed.insert(id.to_string());
        touched.push_back(name_hash("product", id.to_string()));
        touched.push_back(name_hash("slug", folded.state.slug));
        for (const std::string& slug : folded.redirects) touched.push_back(name_hash("slug", slug));
    }
    touched.push_back(name_hash("listing"));
    return {};
}

Status ProductRows::write_products(Database& database) {
    RowSet rows(kUpsertProducts, mode_);
    for (const auto& [id, folded] : products_) {
        rows.text(id.to_string())
            .integer(static_cast<std::int64_t>(folded.version))
            .text(enum_name(folded.state.status))
            .text(folded.state.slug)
            .text(folded.state.title)
            .text(postgres::array_of(skus_of(folded.state)))
            .integer(folded.created_at.us)
            .integer(folded.changed_at.us)
            .text(json::to_json(folded.state, json::Defaults::kOmit));
        const auto until = prices_until(folded.state, folded.shown_at);
        until ? rows.integer(until->us) : rows.null();
    }
    return run(database, rows);
}

// What was shown of the products is made anew from their states.
Status ProductRows::clear_published(Database& database) {
    for (const SetStatement* clear : {&kClearPages, &kClearListings, &kClearCards}) {
        RowSet rows(*clear, mode_);
        for (const auto& [id, folded] : products_)
            if (!folded.slug_before.empty()) rows.text(id.to_string());
        SHOP_TRY_STATUS(run(database, rows));
    }
    return {};
}

// Of drafts and archived products too: staff see the stock of all.
Status ProductRows::write_variants(Database& database) {
    RowSet cleared(kClearVariants, mode_);
    for (const auto& [id, folded] : products_) cleared.text(id.to_string());
    SHOP_TRY_STATUS(run(database, cleared));
    RowSet rows(kInsertVariants, mode_);
    for (const auto& [id, folded] : products_) {
        std::int64_t place = 0;
        for (const auto& priced : folded.state.variants)
            rows.text(id.to_string())
                .text(priced.variant.variant_id.to_string())
                .integer(place++)
                .text(priced.variant.sku)
                .text(stock_of(folded.state, priced.variant));
    }
    return run(database, rows);
}

Status ProductRows::write_pages(Database& database) {
    RowSet rows(kInsertPages, mode_);
    for (const auto& [id, folded] : products_) {
        if (!is_shown(folded.state)) continue;
        for (const Currency currency : page_currencies(folded.state, folded.shown_at)) {
            const Page page =
                page_of(id, folded.state, folded.version, {currency, folded.shown_at});
            rows.text(id.to_string())
                .text(currency.view())
                .text(folded.state.slug)
                .integer(static_cast<std::int64_t>(folded.version))
                .text(page.head)
                .text(postgres::array_of(page.variants))
                .text(postgres::array_of(page.stock_ids))
                .text(page.tail);
        }
    }
    return run(database, rows);
}

Status ProductRows::write_listings(Database& database) {
    RowSet rows(kInsertListings, mode_);
    RowSet cards(kInsertCards, mode_);
    std::map<std::int64_t, FacetSet> sets;
    for (const auto& [id, folded] : products_) {
        if (!is_shown(folded.state)) continue;
        for (const Currency currency : currencies_of(folded.state, folded.shown_at)) {
            Listing listing = listing_of(id, folded.state, {currency, folded.shown_at});
            const std::int64_t facets = id_of(listing.facets);
            rows.text(id.to_string()).text(currency.view()).integer(listing.price);
            rows.text(folded.state.title).integer(folded.created_at.us).integer(facets);
            rows.text(listing.facets.color).text(listing.facets.material);
            rows.text(postgres::array_of(listing.facets.categories));
            rows.text(codes_of(folded.state)).text(attributes_of(folded.state));
            rows.text(folded.state.description);
            cards.text(id.to_string()).text(currency.view()).text(listing.card);
            sets.emplace(facets, std::move(listing.facets));
        }
    }
    SHOP_TRY_STATUS(run(database, rows));
    SHOP_TRY_STATUS(run(database, cards));
    RowSet facet_rows(kInsertFacets, mode_);
    for (const auto& [id, set] : sets)
        facet_rows.integer(id)
            .text(set.color)
            .text(set.material)
            .integer(set.band)
            .text(postgres::array_of(set.categories));
    return run(database, facet_rows);
}

Status ProductRows::write_redirects(Database& database) {
    RowSet rows(kInsertRedirects, mode_);
    for (const auto& [id, folded] : products_)
        for (const std::string& slug : folded.redirects) rows.text(slug).text(id.to_string());
    return run(database, rows);
}

Status ProductRows::write_words(Database& database) {
    std::map<std::string, std::int64_t> changes;
    for (const auto& [id, folded] : products_) {
        for (const std::string& word : folded.words_before) --changes[word];
        if (!is_shown(folded.state)) continue;
        for (const std::string& word : words_of(folded.state)) ++changes[word];
    }
    RowSet added(kAddWords, mode_);
    RowSet dropped(kDropWords, mode_);
    for (const auto& [word, change] : changes) {
        if (change != 0) added.text(word).integer(change);
        if (change < 0) dropped.text(word).integer(change);
    }
    SHOP_TRY_STATUS(run(database, added));
    return run(database, dropped);
}

}  // namespace shop::projections::storefront
