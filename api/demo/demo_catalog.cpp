#include "api/demo/demo_catalog.hpp"

#include <fmt/format.h>

#include "api/demo/demo_products.hpp"

namespace shop::demo {
namespace {

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
    SHOP_TRY(words, YearTables::load(demo / "online-retail"));
    SHOP_TRY(year, load_year(demo, words));
    std::string file = "slug,title,category,sku,price,currency,stock,color,material\n";
    for (const DemoProduct& product : demo_products(year, tables, words))
        if (!product.is_draft)
            file += fmt::format("{},{},{},{},{},GBP,{},{},{}\n", product.slug,
                                csv_text(product.title), csv_text(product.category),
                                csv_text(product.code), price_text(product.price_milli),
                                product.stock, product.color, product.material);
    return file;
}

std::filesystem::path find_demo_folder(const std::string& said) {
    if (!said.empty()) return said;
    std::error_code error;
    auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    for (int up = 0; up < 4 && !folder.empty(); ++up, folder = folder.parent_path())
        if (std::filesystem::exists(folder / "demo" / "online-retail" / "goods.csv.gz", error))
            return folder / "demo";
    return {};
}

}  // namespace shop::demo
