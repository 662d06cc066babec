#include "projections/storefront/facet_counts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/json/writer.hpp"

namespace shop::projections::storefront {
namespace {

using Counts = std::map<std::string, std::int64_t>;  // by value

enum Facet : std::size_t { kCategory, kColor, kMaterial, kPrice, kStock, kFacets };

// Which filters a combination passes.
using Passed = std::array<bool, kFacets>;

bool has(const std::vector<std::string>& chosen, const std::string& value) {
    return chosen.empty() || std::ranges::find(chosen, value) != chosen.end();
}

// Whether the product counts for a facet: all filters but the facet's own must let it through.
bool counts_for(const Passed& passed, std::size_t facet) {
    for (std::size_t i = 0; i < kFacets; ++i)
        if (i != facet && !passed[i]) return false;
    return true;
}

class Counter {
  public:
    Counter(const Filters& filters, const CategoryTree& tree, Currency currency)
        : filters_(filters), tree_(tree), currency_(currency) {
        for (const std::string& slug : filters.categories)
            for (std::string& id : tree.below(slug)) chosen_.insert(std::move(id));
        for (const std::string& slug : filters.categories) counts_[kCategory][slug];
        for (const std::string& color : filters.colors) counts_[kColor][color];
        for (const std::string& material : filters.materials) counts_[kMaterial][material];
        for (int band = 0; band < kBandCount; ++band) bands_.push_back(price_band(currency, band));
    }

    void add(const FacetCount& count) {
        const FacetSet& set = *count.set;
        const Passed passed = {passes_category(set), has(filters_.colors, set.color),
                               has(filters_.materials, set.material), count.in_range,
                               !filters_.in_stock || count.in_stock};
        if (counts_for(passed, kFacets)) total_ += count.products;
        if (counts_for(passed, kCategory))
            for (const CategoryNode* node : tree_.above(set.categories))
                counts_[kCategory][node->slug] += count.products;
        if (counts_for(passed, kColor) && !set.color.empty())
            counts_[kColor][set.color] += count.products;
        if (counts_for(passed, kMaterial) && !set.material.empty())
            counts_[kMaterial][set.material] += count.products;
        if (counts_for(passed, kPrice))
            bands_counted_[static_cast<std::size_t>(set.band)] += count.products;
        if (counts_for(passed, kStock)) (count.in_stock ? in_stock_ : sold_out_) += count.products;
    }

    FacetResult result() const {
        FacetResult result{.total = total_, .json = {}};
        json::Writer writer(result.json);
        writer.begin_object();
        write(writer, "category", counts_[kCategory], [&](const std::string& slug) {
            const CategoryNode* node = tree_.find_slug(slug);
            return node == nullptr ? slug : node->title;
        });
        const auto as_is = [](const std::string& value) { return value; };
        write(writer, "color", counts_[kColor], as_is);
        write(writer, "material", counts_[kMaterial], as_is);
        write_bands(writer);
        writer.key("in_stock");
        writer.begin_array();
        write_value(writer, "true", "In stock", in_stock_);
        write_value(writer, "false", "Sold out", sold_out_);
        writer.end_array();
        writer.end_object();
        return result;
    }

  private:
    bool passes_category(const FacetSet& set) const {
        return filters_.categories.empty() ||
               std::ranges::any_of(set.categories,
                                   [&](const std::string& id) { return chosen_.contains(id); });
    }

    static void write_value(json::Writer& writer, std::string_view value, std::string_view label,
                            std::int64_t count) {
        writer.begin_object();
        writer.key("value");
        writer.string(value);
        writer.key("label");
        writer.string(label);
        writer.key("count");
        writer.integer(count);
        writer.end_object();
    }

    template <class LabelOf>
    static void write(json::Writer& writer, std::string_view name, const Counts& counts,
                      const LabelOf& label_of) {
        std::vector<std::pair<std::int64_t, std::string>> sorted;
        for (const auto& [value, count] : counts) sorted.emplace_back(-count, value);
        std::ranges::sort(sorted);
        writer.key(name);
        writer.begin_array();
        for (const auto& [count, value] : sorted)
            write_value(writer, value, label_of(value), -count);
        writer.end_array();
    }

    // By price, not by count.
    void write_bands(json::Writer& writer) const {
        writer.key("price");
        writer.begin_array();
        for (std::size_t i = 0; i < bands_.size(); ++i)
            if (bands_counted_[i] > 0)
                write_value(writer, value_of(bands_[i]), label_of(currency_, bands_[i]),
                            bands_counted_[i]);
        writer.end_array();
    }

    const Filters& filters_;
    const CategoryTree& tree_;
    const Currency currency_;
    std::set<std::string> chosen_;  // ids of the categories filtered by, and of those below
    std::vector<PriceBand> bands_;
    std::array<Counts, 3> counts_;
    std::array<std::int64_t, kBandCount> bands_counted_{};
    std::int64_t in_stock_ = 0;
    std::int64_t sold_out_ = 0;
    std::int64_t total_ = 0;
};

}  // namespace

FacetResult count_facets(const std::vector<FacetCount>& counts, const Filters& filters,
                         const CategoryTree& categories, Currency currency) {
    Counter counter(filters, categories, currency);
    for (const FacetCount& count : counts) counter.add(count);
    return counter.result();
}

}  // namespace shop::projections::storefront
