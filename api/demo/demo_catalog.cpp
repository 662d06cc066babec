#include "api/demo/demo_catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "api/demo/tables.hpp"
#include "api/import/row_cells.hpp"
#include "core/base/money.hpp"

namespace shop::demo {
namespace {

using import::parse_whole;

// Codes of postage, fees, samples and corrections; vouchers begin with GIFT_0001.
const std::set<std::string_view> kNoGoods = {
    "POST", "DOT", "C2", "M", "D", "S", "B", "PADS", "BANK CHARGES", "AMAZONFEE", "CRUK"};
// The last 28 days of the year begin here.
constexpr std::string_view kLastDays = "2011-11-12";
constexpr std::int64_t kStockMin = 24;

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

bool is_goods(const std::string& code) {
    return !kNoGoods.contains(code) && !code.starts_with("GIFT_0001");
}

bool is_above_zero(std::string_view price) {
    return !price.starts_with('-') && price.find_first_of("123456789") != std::string_view::npos;
}

// What the year says of one stock code.
struct Goods {
    std::map<std::string, std::uint64_t> descriptions;  // with the number of their sales lines
    std::map<std::string, std::uint64_t> prices;
    std::int64_t sold_lately = 0;
};

using Year = std::map<std::string, Goods>;  // by code, in capitals

struct SalesLine {
    std::string_view code;
    std::string_view description;
    std::int64_t quantity = 0;
    std::string_view price;
    std::string_view minute;
};

void add_line(Year& year, const SalesLine& line) {
    const std::string code = upper(line.code);
    if (line.quantity <= 0 || !is_above_zero(line.price) || !is_goods(code)) return;
    Goods& goods = year[code];
    ++goods.descriptions[std::string(import::trimmed(line.description))];
    // A price below a penny is a gift, and no price to ask of others.
    if (parse_minor_units(line.price, 2)) ++goods.prices[std::string(line.price)];
    if (line.minute >= kLastDays) goods.sold_lately += line.quantity;
}

// The data set's three tables put together again (demo/online-retail/compact.py).
Result<Year> read_year(const std::filesystem::path& folder) {
    SHOP_TRY(goods, read_rows(folder / "goods.csv.gz"));
    SHOP_TRY(documents, read_rows(folder / "documents.csv.gz"));
    SHOP_TRY(lines, read_rows(folder / "lines.csv.gz"));
    std::vector<std::string> last_price(goods.size());
    Year year;
    auto line = lines.begin();
    for (const auto& document : documents) {
        const std::int64_t count = parse_whole(document.at(4)).value_or(0);
        const bool is_credit = document.at(0).starts_with('C');
        for (std::int64_t i = 0; i < count; ++i, ++line) {
            if (line == lines.end())
                return fail(ErrorCode::kCorrupt, "bad-demo-data", "lines.csv.gz ends too early.");
            const auto good = static_cast<std::size_t>(parse_whole(line->at(0)).value_or(0));
            if (!line->at(2).empty()) last_price.at(good) = line->at(2);
            if (is_credit) continue;
            add_line(year, {.code = goods.at(good).at(0),
                            .description = goods.at(good).at(1),
                            .quantity = parse_whole(line->at(1)).value_or(0),
                            .price = last_price.at(good),
                            .minute = document.at(1)});
        }
    }
    return year;
}

// The most frequent; of several the longest.
const std::string& most_frequent(const std::map<std::string, std::uint64_t>& counts) {
    const auto less = [](const auto& a, const auto& b) {
        return std::pair(a.second, a.first.size()) < std::pair(b.second, b.first.size());
    };
    return std::ranges::max_element(counts, less)->first;
}

std::string csv_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out.push_back('"');
        out.push_back(c);
    }
    return out + "\"";
}

}  // namespace

Result<std::string> demo_catalog(const std::filesystem::path& demo) {
    SHOP_TRY(tables, Tables::load(demo / "catalog"));
    SHOP_TRY(year, read_year(demo / "online-retail"));
    std::string file = "slug,title,category,sku,price,currency,stock,color,material\n";
    std::set<std::string> slugs;
    for (const auto& [code, goods] : year) {
        const std::string title = tables.title_of(most_frequent(goods.descriptions));
        const Words words = words_of(title);
        std::string slug = import::slug_of(title);
        if (!slugs.insert(slug).second) {
            slug += "-" + import::slug_of(code);
            slugs.insert(slug);
        }
        file += fmt::format("{},{},{},{},{},GBP,{},{},{}\n", slug, csv_text(title),
                            csv_text(tables.category_of(words)), csv_text(code),
                            most_frequent(goods.prices), std::max(kStockMin, goods.sold_lately),
                            tables.color_of(words), tables.material_of(words));
    }
    return file;
}

std::filesystem::path find_demo_folder() {
    std::error_code error;
    auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    for (int up = 0; up < 4 && !folder.empty(); ++up, folder = folder.parent_path())
        if (std::filesystem::exists(folder / "demo" / "online-retail" / "goods.csv.gz", error))
            return folder / "demo";
    return {};
}

}  // namespace shop::demo
