#include "api/demo/demo_products.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "api/demo/year/london_time.hpp"
#include "api/import/row_cells.hpp"

namespace shop::demo {
namespace {

constexpr std::int64_t kStockMin = 24;

using Counts = std::map<std::string, std::uint64_t>;

// What the year says of one stock code.
struct Goods {
    std::map<std::uint32_t, std::uint64_t> descriptions;  // goods, with the number of their sales
    std::map<std::int64_t, std::uint64_t> prices;
    std::map<std::uint32_t, std::uint64_t> unsold;  // goods, with the number of other rows
    std::int64_t sold_lately = 0;
};

bool is_sale(const YearDocument& document, const YearRow& row) {
    return document.kind != DocumentKind::kCredit && row.quantity > 0 && row.price_milli > 0;
}

std::vector<Goods> goods_of(const YearData& year) {
    const Time last_days = *parse_london_minute(kLastDays);
    std::vector<Goods> all(year.skus.size());
    for (const YearDocument& document : year.documents)
        for (const YearRow& row : document.rows) {
            Goods& goods = all[year.goods[row.good].sku];
            if (!is_sale(document, row)) {
                ++goods.unsold[row.good];
                continue;
            }
            ++goods.descriptions[row.good];
            // A price below a penny is a gift, and no price to ask of others.
            if (row.price_milli % 10 == 0) ++goods.prices[row.price_milli];
            if (document.at >= last_days) goods.sold_lately += row.quantity;
        }
    return all;
}

// The most frequent; of several the longest, of those the first. Empty if there is none.
std::string most_frequent(const Counts& counts) {
    const auto less = [](const auto& a, const auto& b) {
        return std::pair(a.second, a.first.size()) < std::pair(b.second, b.first.size());
    };
    const auto found = std::ranges::max_element(counts, less);
    return found == counts.end() ? std::string() : found->first;
}

std::int64_t most_frequent_price(const std::map<std::int64_t, std::uint64_t>& prices) {
    Counts counts;
    for (const auto& [price, count] : prices) counts[price_text(price)] += count;
    return parse_minor_units(most_frequent(counts), 3).value_or(0);
}

Counts descriptions_of(const YearData& year, const std::map<std::uint32_t, std::uint64_t>& goods) {
    Counts counts;
    for (const auto& [good, count] : goods) counts[year.goods[good].description] += count;
    return counts;
}

// Descriptions are in capitals, notes of a stock count are as they came.
bool is_note(const std::string& text, const YearTables& words) {
    const bool has_small = std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
    return text.empty() || has_small || words.reason_of(text) != stock::AdjustReason::kUnknown;
}

std::string unique_slug(std::set<std::string>& slugs, const std::string& title,
                        const std::string& code) {
    std::string slug = import::slug_of(title);
    if (slugs.insert(slug).second) return slug;
    slug += "-" + import::slug_of(code);
    slugs.insert(slug);
    return slug;
}

}  // namespace

std::string price_text(std::int64_t price_milli) {
    std::string text = fmt::format("{}.{:03}", price_milli / 1'000, price_milli % 1'000);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::vector<DemoProduct> demo_products(const YearData& year, const Tables& tables,
                                       const YearTables& words) {
    const std::vector<Goods> all = goods_of(year);
    std::vector<DemoProduct> products;
    std::set<std::string> slugs;
    for (const bool drafts : {false, true})
        for (std::uint32_t sku = 0; sku < all.size(); ++sku) {
            const Goods& goods = all[sku];
            const std::string& code = year.skus[sku].code;
            if (year.skus[sku].fee || goods.descriptions.empty() != drafts) continue;
            Counts counts = descriptions_of(year, drafts ? goods.unsold : goods.descriptions);
            if (drafts)
                std::erase_if(counts, [&](const auto& at) { return is_note(at.first, words); });
            DemoProduct& product = products.emplace_back();
            product.sku = sku;
            product.code = code;
            product.title = counts.empty() ? code : tables.title_of(most_frequent(counts));
            product.slug = unique_slug(slugs, product.title, code);
            const Words title = words_of(product.title);
            product.category = tables.category_of(title);
            product.color = tables.color_of(title);
            product.material = tables.material_of(title);
            product.price_milli = most_frequent_price(goods.prices);
            product.stock = drafts ? 0 : std::max(kStockMin, goods.sold_lately);
            product.is_draft = drafts;
        }
    return products;
}

}  // namespace shop::demo
