#include "projections/storefront/reader.hpp"

#include <fmt/format.h>

#include <array>

#include "projections/storefront/reader_sql.hpp"
#include "projections/storefront/words.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Lane;
using postgres::Parameters;
using postgres::Rows;

constexpr std::size_t kFoundMax = 1'000;  // of about 10 KB

const std::uint64_t kListing = name_hash("listing");
const std::uint64_t kCategoryTree = name_hash("categories");

std::optional<std::string> array_or_null(const std::vector<std::string>& values) {
    if (values.empty()) return std::nullopt;
    return postgres::array_of(values);
}

Parameters parameters_of(const ListQuery& query, const std::string& ts_query,
                         const CategoryTree& tree, bool counts_wanted) {
    std::vector<std::string> categories;
    for (const std::string& slug : query.filters.categories)
        for (std::string& id : tree.below(slug)) categories.push_back(std::move(id));
    return {std::string(query.currency.view()),
            ts_query.empty() ? std::nullopt : std::optional(ts_query),
            std::to_string(query.filters.price_min),
            std::to_string(query.filters.price_max),
            postgres::array_of(categories),
            array_or_null(query.filters.colors),
            array_or_null(query.filters.materials),
            counts_wanted ? "t" : "f",
            query.filters.in_stock ? "t" : "f",
            std::to_string(query.limit + 1),
            query.after ? std::optional(query.after->value) : std::nullopt,
            query.after ? std::optional(query.after->product_id) : std::nullopt};
}

// Tells one question from another. A category that nobody knows has no ids, as no category has.
std::string name_of(const ListQuery& query, const Parameters& parameters) {
    std::string name = fmt::format("{}|{}", static_cast<int>(query.sort),
                                   query.filters.categories.empty() ? "all" : "categories");
    for (const auto& parameter : parameters)
        name += parameter ? fmt::format("|{}:{}", parameter->size(), *parameter) : "|-";
    return name;
}

std::string join(const std::vector<std::string>& words, const Corrections& corrections) {
    std::string text;
    for (const std::string& word : words) {
        const auto known = corrections.find(word);
        text += text.empty() ? "" : " ";
        text += known == corrections.end() ? word : known->second.front();
    }
    return text;
}

}  // namespace

Reader::Reader(postgres::Pipeline& pipeline, const Generations& generations)
    : pipeline_(pipeline), generations_(generations), counts_(pipeline, generations) {}

Task<Result<ProductList>> Reader::list(ListQuery query) {
    const std::vector<std::string> words = search_words(query.text);
    if (words.empty() && query.sort == Sort::kRelevance) query.sort = Sort::kNewest;
    auto found = co_await run_list(query, ts_query_of(words));
    if (!found || found->total > 0 || words.empty()) co_return found;
    auto corrections = co_await correct(words);
    if (!corrections) co_return std::unexpected(corrections.error());
    if (corrections->empty()) co_return found;
    auto corrected = co_await run_list(query, ts_query_of(words, *corrections));
    if (corrected) corrected->corrected = join(words, *corrections);
    co_return corrected;
}

Task<Result<ProductList>> Reader::run_list(ListQuery query, std::string ts_query) {
    const std::uint64_t moment = generations_.now();  // before anything is read
    const auto tree = co_await categories();
    if (!tree) co_return std::unexpected(tree.error());
    std::string name = name_of(query, parameters_of(query, ts_query, **tree, false));
    if (auto found = find_found(name)) {
        auto again = co_await list_again(std::move(found), query.currency);
        if (!again) co_return std::unexpected(again.error());
        if (*again) co_return std::move(**again);
    }
    co_return co_await find_list(std::move(query), std::move(ts_query),
                                 {moment, *tree, std::move(name)});
}

Task<Result<ProductList>> Reader::find_list(ListQuery query, std::string ts_query, Search search) {
    const CategoryTree& tree = *search.tree;
    const ListShape shape{query.sort, !ts_query.empty(), !query.filters.categories.empty(),
                          query.after.has_value()};
    const std::string key = fmt::format("{}|{}|{}|{}", query.currency.view(),
                                        query.filters.price_min, query.filters.price_max, ts_query);
    Counts counts = shape.has_text ? counts_.find(key) : nullptr;
    const bool counts_wanted = shape.has_text && counts == nullptr;
    const auto rows = co_await pipeline_.query(
        list_statement(shape), parameters_of(query, ts_query, tree, counts_wanted), Lane::kSlow);
    if (!rows) co_return std::unexpected(rows.error());
    if (counts == nullptr) {
        auto fresh = counts_wanted
                         ? co_await counts_.keep(key, search.moment, std::string(rows->text(0, 1)))
                         : co_await counts_.all(query.currency, query.filters.price_min,
                                                query.filters.price_max);
        if (!fresh) co_return std::unexpected(fresh.error());
        counts = std::move(*fresh);
    }
    auto found = std::make_shared<Found>();
    found->moment = search.moment;
    Available available;
    // One more than the limit was asked for, to know whether there is a next page.
    const std::size_t shown = std::min(rows->size() - 1, static_cast<std::size_t>(query.limit));
    for (std::size_t row = 1; row <= shown; ++row) {
        found->items.push_back({std::string(rows->text(row, 0)), std::string(rows->text(row, 1))});
        available.emplace(rows->text(row, 0), rows->text(row, 2));
    }
    if (rows->size() - 1 > shown && shown > 0)
        found->next = ListKey{std::string(rows->text(shown, 3)), std::string(rows->text(shown, 0))};
    FacetResult facets = count_facets(*counts, query.filters, tree, query.currency);
    found->total = facets.total;
    found->facets = std::move(facets.json);
    if (found_.size() >= kFoundMax) found_.clear();
    found_[std::move(search.name)] = found;
    co_return list_of(*found, available);
}

Task<Result<std::optional<ProductList>>> Reader::list_again(std::shared_ptr<const Found> found,
                                                            Currency currency) {
    Available available;
    if (!found->items.empty()) {
        std::vector<std::string> ids;
        for (const Found::Item& item : found->items) ids.push_back(item.product_id);
        const auto rows = co_await pipeline_.query(
            kAvailable, {postgres::array_of(ids), std::string(currency.view())}, Lane::kQuick);
        if (!rows) co_return std::unexpected(rows.error());
        if (rows->size() != ids.size()) co_return std::nullopt;
        for (std::size_t i = 0; i < rows->size(); ++i)
            available.emplace(rows->text(i, 0), rows->text(i, 1));
    }
    co_return list_of(*found, available);
}

ProductList Reader::list_of(const Found& found, const Available& available) {
    ProductList list{.items = "[",
                     .facets = found.facets,
                     .total = found.total,
                     .next = found.next,
                     .corrected = {},
                     .depends = {kListing, kCategoryTree}};
    for (const Found::Item& item : found.items) {
        if (list.items.size() > 1) list.items += ',';
        list.items.append(item.card).append(",\"available\":");
        list.items.append(available.at(item.product_id)).append("}");
        list.depends.push_back(name_hash("product", item.product_id));
    }
    list.items += ']';
    return list;
}

std::shared_ptr<const Reader::Found> Reader::find_found(const std::string& name) const {
    static const std::array kNames = {kListing, kCategoryTree};
    const auto at = found_.find(name);
    if (at == found_.end() || !generations_.is_fresh(at->second->moment, kNames)) return nullptr;
    return at->second;
}

Task<Result<Corrections>> Reader::correct(std::vector<std::string> words) {
    std::erase_if(words, [](const std::string& word) { return word.size() < kWordBytesMin; });
    Corrections corrections;
    if (words.empty()) co_return corrections;
    const auto rows =
        co_await pipeline_.query(kSimilarWords, {postgres::array_of(words)}, Lane::kSlow);
    if (!rows) co_return std::unexpected(rows.error());
    std::map<std::string, std::vector<Candidate>> candidates;
    for (std::size_t i = 0; i < rows->size(); ++i)
        candidates[std::string(rows->text(i, 0))].push_back(
            {std::string(rows->text(i, 1)), rows->integer(i, 2)});
    for (auto& [typed, similar] : candidates)
        if (auto near = nearest_words(typed, std::move(similar)); !near.empty())
            corrections.emplace(typed, std::move(near));
    co_return corrections;
}

Task<Result<ProductPage>> Reader::page(std::string slug, Currency currency) {
    const auto rows =
        co_await pipeline_.query(kPage, {slug, std::string(currency.view())}, Lane::kQuick);
    if (!rows) co_return std::unexpected(rows.error());
    if (!rows->is_empty())
        co_return ProductPage{
            .json = std::string(rows->text(0, 2)),
            .version = rows->integer(0, 1),
            .depends = {name_hash("product", rows->text(0, 0)), name_hash("slug", slug)},
            .redirect = {}};
    const auto moved = co_await pipeline_.query(kRedirect, {slug}, Lane::kQuick);
    if (!moved) co_return std::unexpected(moved.error());
    if (!moved->is_empty())
        co_return ProductPage{.json = {}, .redirect = std::string(moved->text(0, 0))};
    co_return fail(ErrorCode::kNotFound, "unknown-product", "There is no product of that name.");
}

Task<Result<std::shared_ptr<const CategoryTree>>> Reader::categories() {
    if (tree_ && generations_.is_fresh(tree_moment_, {&kCategoryTree, 1})) co_return tree_;
    const std::uint64_t moment = generations_.now();
    const auto rows = co_await pipeline_.query(kCategories, {}, Lane::kQuick);
    if (!rows) co_return std::unexpected(rows.error());
    tree_ = std::make_shared<const CategoryTree>(*rows);
    tree_moment_ = moment;
    co_return tree_;
}

Task<Result<Suggestions>> Reader::suggest(std::string text, Currency currency) {
    Suggestions suggestions{.words = {}, .items = "[]"};
    const std::vector<std::string> words = search_words(text);
    if (words.empty()) co_return suggestions;
    const auto rows = co_await pipeline_.query(
        kSuggestWords, {words.back(), words.back() + "\xf4\x8f\xbf\xbf"}, Lane::kQuick);
    if (!rows) co_return std::unexpected(rows.error());
    for (std::size_t i = 0; i < rows->size(); ++i)
        suggestions.words.push_back({std::string(rows->text(i, 0)), rows->integer(i, 1)});
    auto found = co_await list(ListQuery{.currency = currency,
                                         .text = std::move(text),
                                         .filters = {},
                                         .sort = Sort::kRelevance,
                                         .after = {},
                                         .limit = 5});
    if (!found) co_return std::unexpected(found.error());
    suggestions.items = std::move(found->items);
    co_return suggestions;
}

}  // namespace shop::projections::storefront
