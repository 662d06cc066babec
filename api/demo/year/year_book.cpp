#include "api/demo/year/year_book.hpp"

#include <algorithm>

#include "api/demo/year/row_class.hpp"
#include "api/history/record_checks.hpp"

namespace shop::demo {
namespace {

// Blank descriptions say nothing: such a good is called what its product is, a fee by its code.
std::vector<std::string> titles_of(const YearBook& book, const Tables& tables) {
    std::vector<std::string> of_sku;
    for (const Sku& sku : book.data.skus) of_sku.push_back(sku.code);
    for (const DemoProduct& product : book.products) of_sku[product.sku] = product.title;
    std::vector<std::string> titles;
    for (const Good& good : book.data.goods) {
        titles.push_back(tables.title_of(good.description));
        if (titles.back().empty()) titles.back() = of_sku[good.sku];
    }
    return titles;
}

std::vector<std::uint32_t> customers_of(const YearData& data) {
    std::vector<std::uint32_t> customers;
    for (const YearDocument& document : data.documents)
        if (document.customer != 0) customers.push_back(document.customer);
    std::ranges::sort(customers);
    const auto repeated = std::ranges::unique(customers);
    customers.erase(repeated.begin(), repeated.end());
    return customers;
}

history::OrderLine line_of(const YearBook& book, const YearRow& row, std::size_t place) {
    const Sku& sku = book.data.sku_of(row);
    history::OrderLine line{.id = std::to_string(place + 1),
                            .kind = sku.fee.value_or(sale::LineKind::kItem),
                            .sku = sku.code,
                            .title = book.titles[row.good],
                            .quantity = row.quantity,
                            .unit_price = unit_price_of(row.price_milli)};
    line.gross = history::gross_of(line.unit_price, line.quantity, kPounds);
    return line;
}

}  // namespace

Result<YearBook> load_year_book(const std::filesystem::path& demo) {
    SHOP_TRY(tables, Tables::load(demo / "catalog"));
    SHOP_TRY(words, YearTables::load(demo / "online-retail"));
    SHOP_TRY(data, load_year(demo, words));
    YearBook book{.words = std::move(words), .data = std::move(data)};
    book.products = demo_products(book.data, tables, book.words);
    book.titles = titles_of(book, tables);
    for (const std::string& text : book.data.countries) {
        SHOP_TRY(destination, book.words.destination_of(text));
        book.destinations.push_back(std::move(destination));
    }
    book.customers = customers_of(book.data);
    return book;
}

history::UnitPrice unit_price_of(std::int64_t price_milli) {
    history::UnitPrice price{.minor_units = multiply_divide(price_milli, 1, 10, Rounding::kHalfUp)};
    if (price_milli % 10 != 0) price.precise = sale::PrecisePrice{price_milli, 3};
    return price;
}

history::Order order_of(const YearBook& book, const YearDocument& document) {
    const Destination& destination = book.destinations[document.country];
    history::Order order{.id = document.number,
                         .at = document.at,
                         .country = destination.country,
                         .currency = kPounds,
                         .fulfilled = true};
    if (destination.words) order.note = "Country: " + *destination.words;
    if (document.customer != 0) order.customer = std::to_string(document.customer);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < document.rows.size(); ++i) {
        const RowClass row_class = class_of(book.data, document, document.rows[i]);
        if (rule_of(row_class).outcome != Outcome::kAccepted) continue;
        order.lines.push_back(line_of(book, document.rows[i], i));
        total += order.lines.back().gross;
    }
    if (total > 0)
        order.payments.push_back(
            {.method = "invoice", .reference = document.number, .amount = total});
    return order;
}

std::string adjustment_id_of(const YearDocument& document, std::size_t place) {
    return document.rows.size() == 1 ? document.number
                                     : document.number + "-" + std::to_string(place + 1);
}

std::vector<history::Adjustment> adjustments_of(const YearBook& book,
                                                const YearDocument& document) {
    std::vector<history::Adjustment> adjustments;
    for (std::size_t i = 0; i < document.rows.size(); ++i) {
        const YearRow& row = document.rows[i];
        if (!book.data.is_goods(row)) continue;
        const Good& good = book.data.goods[row.good];
        history::Adjustment& adjustment = adjustments.emplace_back();
        adjustment.id = adjustment_id_of(document, i);
        adjustment.at = document.at;
        adjustment.sku = book.data.skus[good.sku].code;
        adjustment.delta = row.quantity;
        adjustment.reason = book.words.reason_of(good.description);
        if (!good.description.empty()) adjustment.note = good.description;
    }
    return adjustments;
}

}  // namespace shop::demo
