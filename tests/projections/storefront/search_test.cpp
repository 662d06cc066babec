// What shoppers find, and how it is counted.
#include <catch2/catch.hpp>
#include <random>

#include "api/system_clock.hpp"
#include "core/json/decode.hpp"
#include "projections/postgres/pipeline.hpp"
#include "projections/storefront/reader.hpp"
#include "tests/support/poll_loop.hpp"
#include "tests/support/shop_year.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using namespace projections::storefront;
using projections::Generations;

const Currency kGbp = *Currency::parse("GBP");

// A shop with a few hundred products, and a reader of it.
struct Shop {
    explicit Shop(const TestDatabase& database)
        : postgres(database),
          pipeline({loop, loop, clock}, {.conninfo = postgres.conninfo()}),
          reader(pipeline, generations) {}

    void project() {
        project_silently();
        generations.raise_all();
    }
    // The reader is not told that anything changed.
    void project_silently() {
        if (version == 0) version = make_version(postgres, TestRunner::kStorefront);
        TestRunner(log.log(), postgres, version).catch_up();
    }

    template <class T>
    T run(Task<Result<T>> task) {
        std::optional<Result<T>> result;
        start(std::move(task), [&](Result<T> value) { result = std::move(value); });
        REQUIRE(loop.run_until([&] { return result.has_value(); }));
        if (!*result) FAIL(result->error().type << ": " << result->error().message);
        return std::move(**result);
    }

    ProductList find(std::string text, Filters filters = {}) {
        return run(reader.list(ListQuery{.currency = kGbp,
                                         .text = std::move(text),
                                         .filters = std::move(filters),
                                         .sort = Sort::kRelevance,
                                         .after = {},
                                         .limit = 24}));
    }

    const TestDatabase& postgres;
    PollLoop loop;
    api::SystemClock clock;
    Generations generations;
    postgres::Pipeline pipeline;
    Reader reader;
    ShopLog log;
    ShopYear year{log, 1};
    int version = 0;
};

std::vector<std::string> titles_in(const std::string& items) {
    json::Document document;
    const auto array = document.parse(items);
    REQUIRE(array);
    std::vector<std::string> titles;
    array->for_each_element(
        [&](const json::Value& item) { titles.emplace_back(item.find("title")->string()); });
    return titles;
}

using Counts = std::map<std::string, std::int64_t>;

// title → what is available
Counts available_in(const std::string& items) {
    json::Document document;
    const auto array = document.parse(items);
    REQUIRE(array);
    Counts available;
    array->for_each_element([&](const json::Value& item) {
        available[std::string(item.find("title")->string())] = item.find("available")->integer();
    });
    return available;
}

// facet → value → count
std::map<std::string, std::map<std::string, std::int64_t>> counts_in(const std::string& facets) {
    json::Document document;
    const auto object = document.parse(facets);
    REQUIRE(object);
    std::map<std::string, std::map<std::string, std::int64_t>> counts;
    object->for_each_member([&](std::string_view facet, const json::Value& values) {
        values.for_each_element([&](const json::Value& value) {
            counts[std::string(facet)][std::string(value.find("value")->string())] =
                value.find("count")->integer();
        });
    });
    return counts;
}

using Titles = std::vector<std::string>;

}  // namespace

TEST_CASE("a search finds stems, beginnings and typos, the best match first", "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    shop.year.add_product("Hanging Heart Lantern", 500, 5);
    shop.year.add_product("Wooden Heart", 300, 5);
    shop.year.add_product("Christmas Candles", 700, 0);
    shop.year.add_product("Red Spotty Mug", 250, 9, "Red", "Ceramic");
    shop.project();

    CHECK(titles_in(shop.find("hearts").items) == Titles{"Wooden Heart", "Hanging Heart Lantern"});
    CHECK(titles_in(shop.find("candle").items) == Titles{"Christmas Candles"});
    CHECK(titles_in(shop.find("heart lant").items) == Titles{"Hanging Heart Lantern"});
    CHECK(titles_in(shop.find("ceramic mug").items) == Titles{"Red Spotty Mug"});
    CHECK(titles_in(shop.find("SKU4").items) == Titles{"Red Spotty Mug"});
    CHECK(shop.find("hammock").total == 0);

    const ProductList corrected = shop.find("haert lantren");
    CHECK(titles_in(corrected.items) == Titles{"Hanging Heart Lantern"});
    CHECK(corrected.corrected == "heart lantern");
    CHECK(titles_in(shop.find("chrismas").items) == Titles{"Christmas Candles"});
}

TEST_CASE("a list that is asked for again shows what is left now, and nothing that is gone",
          "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    const ProductId mug = shop.year.add_product("Heart Mug", 250, 9);
    const ProductId bowl = shop.year.add_product("Heart Bowl", 300, 4);
    shop.project();
    const ProductList first = shop.find("heart");
    CHECK(available_in(first.items) == Counts{{"Heart Bowl", 4}, {"Heart Mug", 9}});

    const StockId stock = stock::stock_of(product::new_variant(mug, "SKU1").to_string());
    shop.log.add(stock, stock::Received{3, stock::ReceiveReason::kPurchase, ""});
    shop.project_silently();
    const ProductList again = shop.find("heart");
    CHECK(available_in(again.items) == Counts{{"Heart Bowl", 4}, {"Heart Mug", 12}});
    CHECK(titles_in(again.items) == titles_in(first.items));
    CHECK(again.facets == first.facets);
    CHECK(again.depends == first.depends);

    shop.log.add(bowl, product::Unpublished{});
    shop.project_silently();
    CHECK(available_in(shop.find("heart").items) == Counts{{"Heart Mug", 12}});
}

TEST_CASE("a category that nobody knows is empty, and leaves the list of everything as it is",
          "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    shop.year.add_product("Heart Mug", 250, 9);
    shop.project();
    CHECK(shop.find("", {.categories = {"nope"}}).total == 0);
    CHECK(shop.find("").total == 1);
    CHECK(titles_in(shop.find("").items) == Titles{"Heart Mug"});
    CHECK(shop.find("", {.categories = {"nope"}}).total == 0);
}

TEST_CASE("suggestions are known words and products that begin like what was typed", "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    shop.year.add_product("Hanging Heart", 500, 5);
    shop.year.add_product("Wooden Heart", 300, 5);
    shop.year.add_product("Heavy Box", 300, 5);
    shop.project();
    const Suggestions suggestions = shop.run(shop.reader.suggest("hea", kGbp));
    REQUIRE(suggestions.words.size() == 2);
    CHECK(suggestions.words[0].word == "heart");
    CHECK(suggestions.words[0].products == 2);
    CHECK(suggestions.words[1].word == "heavy");
    CHECK(titles_in(suggestions.items).size() == 3);
}

TEST_CASE("lists can be paged through in every order, each product once", "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    for (int i = 0; i < 57; ++i)
        shop.year.add_product("Heart " + std::to_string(i % 7), 100 + i % 5, 1);
    shop.project();
    const Sort sort =
        GENERATE(Sort::kRelevance, Sort::kPrice, Sort::kPriceDesc, Sort::kNewest, Sort::kName);
    const std::string text = GENERATE("", "heart");
    CAPTURE(enum_name(sort), text);
    ListQuery query{
        .currency = kGbp, .text = text, .filters = {}, .sort = sort, .after = {}, .limit = 10};
    std::set<std::string> seen;
    std::size_t items = 0;
    for (int page = 0; page < 6; ++page) {
        const ProductList list = shop.run(shop.reader.list(query));
        CHECK(list.total == 57);
        for (const std::uint64_t name : list.depends) seen.insert(std::to_string(name));
        items += titles_in(list.items).size();
        CHECK(list.next.has_value() == (page < 5));
        query.after = list.next;
    }
    CHECK(items == 57);
    CHECK(seen.size() == 57 + 2);  // every product once, and the two names of all lists
}

// What a random product was made of, for a count that knows nothing of views.
struct Made {
    std::string title;
    std::string color;
    std::string material;
    std::int64_t price = 0;
    bool in_stock = false;
    std::set<std::string> categories;
};

std::vector<Made> random_products(Shop& shop, std::mt19937& random) {
    const CategoryId home = shop.year.add_category("home");
    const CategoryId lamps = shop.year.add_category("lamps", home);
    const CategoryId toys = shop.year.add_category("toys");
    const std::array<std::vector<CategoryId>, 4> assigned = {
        std::vector{lamps}, {lamps, home}, {toys}, {}};
    const std::array<std::set<std::string>, 4> names = {
        std::set<std::string>{"lamps", "home"}, {"lamps", "home"}, {"toys"}, {}};
    std::vector<Made> made;
    for (int i = 0; i < 120; ++i) {
        const std::size_t kind = random() % 4;
        Made product{random() % 2 ? "Heart thing" : "Star thing",
                     std::array{"Red", "Blue", ""}[random() % 3],
                     std::array{"Wood", "Glass", ""}[random() % 3],
                     static_cast<std::int64_t>(1 + random() % 3000),
                     random() % 3 > 0,
                     names[kind]};
        shop.year.add_product(product.title, product.price, product.in_stock ? 4 : 0, product.color,
                              product.material, assigned[kind]);
        if (shop.log.entries().size() % 2 == 0) shop.log.add(home, category::Changed{"Home"});
        made.push_back(std::move(product));
    }
    return made;
}

// The products that pass every filter but the one numbered `without`.
std::vector<const Made*> naive(const std::vector<Made>& made, const Filters& filters, int without) {
    const auto chosen = [](const auto& values, const std::string& value) {
        return values.empty() || std::ranges::find(values, value) != values.end();
    };
    std::vector<const Made*> left;
    for (const Made& product : made) {
        const bool category = filters.categories.empty() ||
                              std::ranges::any_of(filters.categories, [&](const std::string& slug) {
                                  return product.categories.contains(slug);
                              });
        const std::array passed = {
            category, chosen(filters.colors, product.color),
            chosen(filters.materials, product.material),
            product.price >= filters.price_min && product.price <= filters.price_max,
            !filters.in_stock || product.in_stock};
        bool all = true;
        for (int i = 0; i < 5; ++i) all = all && (i == without || passed[std::size_t(i)]);
        if (all) left.push_back(&product);
    }
    return left;
}

// `made` are those that the text matches.
void check_counts(Shop& shop, const std::vector<Made>& made, const std::string& text,
                  const Filters& filters) {
    const ProductList list = shop.find(text, filters);
    auto counts = counts_in(list.facets);
    CHECK(list.total == static_cast<std::int64_t>(naive(made, filters, -1).size()));
    for (const std::string slug : {"home", "lamps", "toys"})
        CHECK(counts["category"][slug] ==
              std::ranges::count_if(naive(made, filters, 0), [&](const Made* product) {
                  return product->categories.contains(slug);
              }));
    for (const std::string color : {"Red", "Blue"})
        CHECK(counts["color"][color] ==
              std::ranges::count(naive(made, filters, 1), color, &Made::color));
    for (const std::string material : {"Wood", "Glass"})
        CHECK(counts["material"][material] ==
              std::ranges::count(naive(made, filters, 2), material, &Made::material));
    CHECK(counts["price"]["500-999"] ==
          std::ranges::count_if(naive(made, filters, 3), [](const Made* product) {
              return product->price >= 500 && product->price <= 999;
          }));
    CHECK(counts["in_stock"]["true"] ==
          std::ranges::count(naive(made, filters, 4), true, &Made::in_stock));
}

std::vector<Filters> choices_of_filters() {
    std::vector<Filters> choices(7);
    choices[1].colors = {"Red"};
    choices[2].categories = {"home"};
    choices[3] = {.categories = {"lamps"}, .colors = {"Red", "Blue"}, .materials = {"Wood"}};
    choices[4] = {.price_min = 300, .price_max = 1999};
    choices[5] = {.materials = {"Glass"}, .in_stock = true};
    choices[6] = {.categories = {"toys"}, .price_min = 100, .in_stock = true};
    return choices;
}

TEST_CASE("facet counts are exact under every choice of filters, with and without a text",
          "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    std::mt19937 random(GENERATE(21U, 22U));
    const std::vector<Made> made = random_products(shop, random);
    shop.project();
    std::vector<Made> hearts = made;
    std::erase_if(hearts, [](const Made& product) { return product.title != "Heart thing"; });
    for (const Filters& filters : choices_of_filters()) {
        check_counts(shop, made, "", filters);
        check_counts(shop, hearts, "heart", filters);
    }
    check_counts(shop, hearts, "haert", choices_of_filters().back());
}

TEST_CASE("facet counts follow a product that is sold out, also in price ranges that are new",
          "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    const ProductId mug = shop.year.add_product("Heart Mug", 250, 9);
    shop.year.add_product("Heart Bowl", 300, 4);
    shop.project();
    const std::string text = GENERATE("", "heart");
    CAPTURE(text);
    const auto in_stock = [&](std::int64_t price_min) {
        return counts_in(shop.find(text, {.price_min = price_min}).facets)["in_stock"];
    };
    CHECK(in_stock(200) == Counts{{"false", 0}, {"true", 2}});
    CHECK(in_stock(260) == Counts{{"false", 0}, {"true", 1}});

    const StockId stock = stock::stock_of(product::new_variant(mug, "SKU1").to_string());
    shop.log.add(stock, stock::Adjusted{.delta = -9});
    shop.project();
    CHECK(in_stock(200) == Counts{{"false", 1}, {"true", 1}});
    CHECK(in_stock(201) == Counts{{"false", 1}, {"true", 1}});
    CHECK(in_stock(261) == Counts{{"false", 0}, {"true", 1}});
}

TEST_CASE("lists asked for at the same moment share one look at all listings", "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    shop.year.add_product("Heart Mug", 250, 9);
    shop.project();
    std::vector<std::int64_t> totals;
    for (int i = 0; i < 5; ++i)
        start(shop.reader.list(ListQuery{.currency = kGbp,
                                         .text = {},
                                         .filters = {.price_min = i},
                                         .sort = Sort::kNewest,
                                         .after = {},
                                         .limit = 24}),
              [&](Result<ProductList> list) { totals.push_back(list ? list->total : -1); });
    REQUIRE(shop.loop.run_until([&] { return totals.size() == 5; }));
    CHECK(totals == std::vector<std::int64_t>(5, 1));
}

TEST_CASE("a product page shows what is available now, and an old slug leads to it", "[search]") {
    SHOP_WITH_POSTGRES(postgres);
    Shop shop(postgres);
    const ProductId id = shop.year.add_product("Paper Star", 450, 7);
    shop.log.add(id, product::SlugChanged{"star", "paper-star"});
    shop.project();
    const ProductPage page = shop.run(shop.reader.page("star", kGbp));
    json::Document document;
    const auto json = document.parse(page.json);
    REQUIRE(json);
    CHECK(json->find("available")->integer() == 7);
    CHECK(json->find("price")->find("minor_units")->integer() == 450);
    CHECK(json->find("variants")->size() == 1);
    CHECK(shop.run(shop.reader.page("paper-star", kGbp)).redirect == "star");
}

TEST_CASE("distances count letters that are missing, wrong, too many or swapped", "[search]") {
    CHECK(edit_distance("heart", "heart") == 0);
    CHECK(edit_distance("hart", "heart") == 1);
    CHECK(edit_distance("haert", "heart") == 1);
    CHECK(edit_distance("heert", "heart") == 1);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("lantren", "lanterns") == 2);
}

}  // namespace shop::tests
