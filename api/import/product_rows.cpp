#include "api/import/product_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/import/row_cells.hpp"
#include "core/catalog/category.hpp"
#include "core/catalog/product_checks.hpp"
#include "core/pricing/rules.hpp"
#include "core/stock/stock.hpp"

namespace shop::import {
namespace {

std::unexpected<Error> bad_row(std::string reason) {
    return fail(ErrorCode::kInvalid, "bad-row", std::move(reason));
}

// What the first failed check says, without the pointer's slash: "weight_g must be …".
Status as_bad_row(const Status& status) {
    if (status) return {};
    if (status.error().fields.empty()) return bad_row(status.error().message);
    const FieldError& first = status.error().fields.front();
    return bad_row(first.pointer.substr(first.pointer.starts_with('/') ? 1 : 0) + " " +
                   first.detail);
}

// The first characters, whole ones.
std::string_view shortened(std::string_view text) {
    std::size_t size = std::min<std::size_t>(text.size(), 60);
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    return text.substr(0, size);
}

Result<std::optional<std::int64_t>> read_number(std::string_view name, std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto number = parse_whole(text);
    if (!number) return bad_row(fmt::format("{} must be a whole number, without a sign", name));
    return number;
}

}  // namespace

const std::array<std::string_view, RowReader::kColumns> RowReader::kNames = {
    "slug",     "title",     "description", "category", "sku",   "options", "price",
    "currency", "tax_class", "weight_g",    "barcode",  "stock", "color",   "material"};

const std::array<RowReader::Column, 6> RowReader::kOfProduct = {
    Column::kTitle,    Column::kDescription, Column::kCategory,
    Column::kTaxClass, Column::kColor,       Column::kMaterial};

bool prices_include_tax(const Catalog& catalog, Time now) {
    const auto settings = catalog.settings();
    return pricing::rules_at(*settings, now).store->document.prices_include_tax;
}

RowReader::RowReader(const Catalog& catalog, Time now)
    : catalog_(catalog), prices_include_tax_(prices_include_tax(catalog, now)) {}

Status RowReader::take_header(const CsvRow& row) {
    const auto refuse = [](std::string reason) {
        return fail(ErrorCode::kInvalid, "wrong-columns", std::move(reason));
    };
    if (row.is_bad()) return refuse("The header cannot be read: " + row.problem + ".");
    places_.fill(-1);
    cells_ = row.fields.size();
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        const std::string_view name = trimmed(row.fields[i]);
        const auto at = std::ranges::find(kNames, name);
        if (at == kNames.end())
            return refuse(fmt::format("The column \"{}\" is not known. Known are {}.",
                                      shortened(name), fmt::join(kNames, ", ")));
        int& place = places_[static_cast<std::size_t>(at - kNames.begin())];
        if (place >= 0) return refuse(fmt::format("The column \"{}\" is there twice.", name));
        place = static_cast<int>(i);
    }
    for (const Column needed :
         {Column::kSlug, Column::kTitle, Column::kSku, Column::kPrice, Column::kCurrency})
        if (!has(needed))
            return refuse(fmt::format("The column \"{}\" is missing.",
                                      kNames[static_cast<std::size_t>(needed)]));
    return {};
}

void RowReader::take(const CsvRow& row, std::vector<ProductRows>& done) {
    ++rows_;
    const Status added = row.is_bad() ? bad_row(row.problem) : add(row, done);
    if (!added) bad_.push_back({row.number, added.error().message});
}

void RowReader::finish(std::vector<ProductRows>& done) {
    close(done);
}

std::vector<BadRow> RowReader::take_bad() {
    return std::exchange(bad_, {});
}

std::string_view RowReader::cell(const CsvRow& row, Column column) const {
    const int at = place(column);
    return at < 0 ? std::string_view() : trimmed(row.fields[static_cast<std::size_t>(at)]);
}

Status RowReader::add(const CsvRow& row, std::vector<ProductRows>& done) {
    if (row.fields.size() != cells_)
        return bad_row(
            fmt::format("the row has {} cells, the header {}", row.fields.size(), cells_));
    const std::string slug(cell(row, Column::kSlug));
    if (slug != run_) {
        close(done);
        SHOP_TRY_STATUS(begin_run(slug, row.number));
    }
    // The product begins with its first good row.
    if (open_) SHOP_TRY_STATUS(check_shared(row));
    SHOP_TRY(variant, read_variant(row));
    if (open_ && open_->variants.size() >= product::kVariantsMax)
        return bad_row("a product has at most 250 variants");
    if (!open_) {
        SHOP_TRY(details, read_details(row));
        SHOP_TRY_STATUS(claim_sku(variant.variant.sku, row.number));
        begin_product(row, slug, std::move(details));
    } else {
        SHOP_TRY_STATUS(check_distinct(variant));
        SHOP_TRY_STATUS(claim_sku(variant.variant.sku, row.number));
    }
    add_options(variant);
    for (const std::string& field : row.fields) open_->content.append(field).push_back('\n');
    open_->variants.push_back(std::move(variant));
    return {};
}

Status RowReader::begin_run(const std::string& slug, std::uint64_t row) {
    run_.clear();
    if (!catalog::is_slug(slug) || slug.size() > product::kSlugMax)
        return bad_row("slug must be lower-case letters and digits, joined by single hyphens");
    const auto [seen, is_new] = slugs_.try_emplace(slug, row);
    if (!is_new)
        return bad_row(fmt::format(
            "rows of a slug must follow each other; this one began in row {}", seen->second));
    run_ = slug;
    return {};
}

void RowReader::begin_product(const CsvRow& row, std::string slug,
                              product::DetailsChanged details) {
    open_.emplace();
    open_->slug = std::move(slug);
    open_->details = std::move(details);
    open_->category = split_path(cell(row, Column::kCategory));
    for (std::size_t i = 0; i < kOfProduct.size(); ++i) shared_[i] = cell(row, kOfProduct[i]);
}

// What belongs to the product must not change from row to row.
Status RowReader::check_shared(const CsvRow& row) const {
    for (std::size_t i = 0; i < kOfProduct.size(); ++i) {
        const std::string_view text = cell(row, kOfProduct[i]);
        if (text.empty() || text == shared_[i]) continue;
        return bad_row(
            fmt::format("{} differs from that of the product's first row; what differs "
                        "between variants belongs into options",
                        kNames[static_cast<std::size_t>(kOfProduct[i])]));
    }
    return {};
}

Status RowReader::check_distinct(const VariantRow& variant) const {
    const auto& options = variant.variant.option_values;
    if (!options || options->empty()) return {};
    for (const VariantRow& other : open_->variants)
        if (other.variant.option_values == options)
            return bad_row(fmt::format("its options are those of row {}", other.row));
    return {};
}

Status RowReader::claim_sku(const std::string& sku, std::uint64_t row) {
    const auto [seen, is_new] = skus_.try_emplace(sku, row);
    if (is_new) return {};
    return bad_row(fmt::format("the SKU is that of row {}", seen->second));
}

Result<product::DetailsChanged> RowReader::read_details(const CsvRow& row) const {
    product::DetailsChanged details;
    details.title = std::string(cell(row, Column::kTitle));
    if (has(Column::kDescription))
        details.description = std::string(cell(row, Column::kDescription));
    if (const auto text = cell(row, Column::kTaxClass); !text.empty())
        details.tax_class = std::string(text);
    std::map<std::string, std::string> attributes;
    if (has(Column::kColor)) attributes["color"] = cell(row, Column::kColor);
    if (has(Column::kMaterial)) attributes["material"] = cell(row, Column::kMaterial);
    if (!attributes.empty()) details.attributes = std::move(attributes);
    catalog::Checks checks;
    product::check_details(checks, "", details, &catalog_);
    for (const std::string& title : split_path(cell(row, Column::kCategory)))
        checks.require(!slug_of(title).empty() && title.size() <= category::kTitleMax, "/category",
                       "must be titles of letters and digits, at most 120 characters each");
    SHOP_TRY_STATUS(as_bad_row(checks.result()));
    return details;
}

Result<VariantRow> RowReader::read_variant(const CsvRow& row) const {
    VariantRow out{.row = row.number};
    out.variant.sku = cell(row, Column::kSku);
    SHOP_TRY(options, read_options(cell(row, Column::kOptions)));
    if (has(Column::kOptions)) out.variant.option_values = std::move(options);
    if (has(Column::kBarcode)) out.variant.barcode = std::string(cell(row, Column::kBarcode));
    SHOP_TRY(weight, read_number("weight_g", cell(row, Column::kWeight)));
    SHOP_TRY(stock, read_number("stock", cell(row, Column::kStock)));
    out.variant.weight_g = weight;
    out.stock = stock;
    SHOP_TRY(price, read_price(row));
    out.variant.prices.push_back(std::move(price));
    catalog::Checks checks;
    product::check_sku(checks, "/sku", out.variant.sku);
    checks.number("/weight_g", weight.value_or(0), 0, product::kWeightMax);
    checks.number("/stock", stock.value_or(0), 0, stock::kQuantityMax);
    if (out.variant.barcode) checks.line("/barcode", *out.variant.barcode, 0, product::kSkuMax);
    SHOP_TRY_STATUS(as_bad_row(checks.result()));
    return out;
}

Result<product::Price> RowReader::read_price(const CsvRow& row) const {
    const auto currency = Currency::parse(cell(row, Column::kCurrency));
    if (!currency) return bad_row("currency must be an ISO 4217 code, such as GBP");
    const auto units = parse_minor_units(cell(row, Column::kPrice), currency->exponent());
    if (!units)
        return bad_row(fmt::format("price must be a decimal number of {} with at most {} decimals",
                                   currency->view(), currency->exponent()));
    product::Price price;
    price.key.currency = *currency;
    price.price.money = {*units, *currency};
    price.includes_tax = prices_include_tax_;
    return price;
}

// The product has every option that one of its variants has a value for.
void RowReader::add_options(const VariantRow& variant) {
    if (!variant.variant.option_values) return;
    if (!open_->details.options) open_->details.options.emplace();
    for (const auto& [name, value] : *variant.variant.option_values)
        if (std::ranges::count(*open_->details.options, name) == 0)
            open_->details.options->push_back(name);
}

void RowReader::close(std::vector<ProductRows>& done) {
    if (open_) done.push_back(std::move(*open_));
    open_.reset();
}

}  // namespace shop::import
