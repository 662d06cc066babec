#include "projections/storefront/count_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "projections/storefront/reader_sql.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Lane;

constexpr std::size_t kKeptMax = 64;
constexpr std::size_t kFacetSetsMax = 200'000;

// Reads "12:3:4,…" number by number, each with the character behind it.
class Numbers {
  public:
    explicit Numbers(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}
    bool has_more() const { return at_ < end_; }
    std::int64_t next() {
        std::int64_t number = 0;
        at_ = std::from_chars(at_, end_, number).ptr;
        if (at_ < end_) ++at_;
        return number;
    }

  private:
    const char* at_;
    const char* const end_;
};

}  // namespace

CountReader::CountReader(postgres::Pipeline& pipeline, const Generations& generations)
    : pipeline_(pipeline), generations_(generations) {}

bool CountReader::is_fresh(std::uint64_t moment) const {
    static const std::uint64_t kListing = name_hash("listing");
    return generations_.is_fresh(moment, {&kListing, 1});
}

// ---- All listings -------------------------------------------------------------------------------

Task<Result<Counts>> CountReader::all(Currency currency, std::int64_t price_min,
                                      std::int64_t price_max) {
    const auto shelf = co_await shelf_of(currency);
    if (!shelf) co_return std::unexpected(shelf.error());
    // Of each kind: outside the range, and in it.
    std::vector<std::array<std::int64_t, 2>> products((*shelf)->kinds.size());
    for (const Shelf::Listing& listing : (*shelf)->listings)
        ++products[listing.kind][listing.price >= price_min && listing.price <= price_max];
    auto counts = std::make_shared<std::vector<FacetCount>>();
    for (std::size_t kind = 0; kind < products.size(); ++kind)
        for (const bool in_range : {false, true})
            if (products[kind][in_range] > 0 && (*shelf)->kinds[kind].set)
                counts->push_back({(*shelf)->kinds[kind].set, (*shelf)->kinds[kind].in_stock,
                                   in_range, products[kind][in_range]});
    co_return Counts(std::move(counts));
}

// Many may want it at the moment a listing changes: one of them reads for all. A read that began
// before somebody came may not show what he must see; the next one does, whatever changes
// meanwhile.
Task<CountReader::SharedShelf> CountReader::shelf_of(Currency currency) {
    for (bool has_waited = false;; has_waited = true) {
        const auto at = shelves_.find(currency);
        if (at != shelves_.end() && is_fresh(at->second->moment)) co_return at->second;
        const auto reading = reading_.find(currency);
        if (reading == reading_.end()) break;
        auto shelf = co_await callback<SharedShelf>(
            [&](auto resume) { reading->second.push_back(std::move(resume)); });
        if (!shelf || has_waited) co_return shelf;
    }
    reading_.emplace(currency, Waiting{});
    auto shelf = co_await read_shelf(currency);
    if (shelf) shelves_[currency] = *shelf;
    Waiting waiting = std::move(reading_.extract(currency).mapped());
    for (auto& resume : waiting) resume(shelf);
    co_return shelf;
}

Task<CountReader::SharedShelf> CountReader::read_shelf(Currency currency) {
    auto shelf = std::make_shared<Shelf>();
    shelf->moment = generations_.now();
    const auto rows =
        co_await pipeline_.query(kAllListings, {std::string(currency.view())}, Lane::kSlow);
    if (!rows) co_return std::unexpected(rows.error());
    std::vector<std::int64_t> codes;
    std::unordered_map<std::int64_t, std::uint32_t> kind_of;
    for (Numbers numbers(rows->text(0, 0)); numbers.has_more();) {
        const std::int64_t code = numbers.next();
        const auto [at, is_new] =
            kind_of.try_emplace(code, static_cast<std::uint32_t>(codes.size()));
        if (is_new) codes.push_back(code);
        shelf->listings.push_back({numbers.next(), at->second});
    }
    const auto sets = co_await sets_of(codes);
    if (!sets) co_return std::unexpected(sets.error());
    for (std::size_t i = 0; i < codes.size(); ++i)
        shelf->kinds.push_back({(*sets)[i], codes[i] > 0});
    co_return std::shared_ptr<const Shelf>(std::move(shelf));
}

// ---- What a text matches ------------------------------------------------------------------------

Counts CountReader::find(const std::string& key) const {
    const auto at = kept_.find(key);
    if (at == kept_.end() || !is_fresh(at->second.moment)) return nullptr;
    return at->second.counts;
}

Task<Result<Counts>> CountReader::keep(std::string key, std::uint64_t moment, std::string counted) {
    std::vector<std::int64_t> codes;
    std::vector<FacetCount> found;
    for (Numbers numbers(counted); numbers.has_more();) {
        codes.push_back(numbers.next());
        const bool in_range = numbers.next() == 1;
        found.push_back({nullptr, codes.back() > 0, in_range, numbers.next()});
    }
    const auto sets = co_await sets_of(codes);
    if (!sets) co_return std::unexpected(sets.error());
    for (std::size_t i = 0; i < codes.size(); ++i) found[i].set = (*sets)[i];
    std::erase_if(found, [](const FacetCount& count) { return count.set == nullptr; });
    Counts counts = std::make_shared<const std::vector<FacetCount>>(std::move(found));
    if (kept_.size() >= kKeptMax) kept_.clear();
    kept_[std::move(key)] = {moment, counts};
    co_return counts;
}

Task<Result<CountReader::Sets>> CountReader::sets_of(std::vector<std::int64_t> codes) {
    if (facet_sets_.size() > kFacetSetsMax) facet_sets_.clear();
    Sets sets;
    std::unordered_map<std::int64_t, std::vector<std::size_t>> missing;  // their places in `sets`
    for (const std::int64_t code : codes) {
        const auto known = facet_sets_.find(std::abs(code));
        if (known == facet_sets_.end()) missing[std::abs(code)].push_back(sets.size());
        sets.push_back(known == facet_sets_.end() ? nullptr : known->second);
    }
    if (missing.empty()) co_return sets;
    std::vector<std::string> names;
    for (const auto& [name, places] : missing) names.push_back(std::to_string(name));
    const auto rows =
        co_await pipeline_.query(kFacetSets, {postgres::array_of(names)}, Lane::kSlow);
    if (!rows) co_return std::unexpected(rows.error());
    for (std::size_t i = 0; i < rows->size(); ++i) {
        FacetSet set{std::string(rows->text(i, 1)),
                     std::string(rows->text(i, 2)),
                     static_cast<int>(rows->integer(i, 3)),
                     {}};
        for (const std::string_view id : rows->list(i, 4)) set.categories.emplace_back(id);
        auto shared = std::make_shared<const FacetSet>(std::move(set));
        for (const std::size_t place : missing[rows->integer(i, 0)]) sets[place] = shared;
        facet_sets_[rows->integer(i, 0)] = std::move(shared);
    }
    co_return sets;
}

}  // namespace shop::projections::storefront
