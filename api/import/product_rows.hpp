// The rows of a catalog file: one row a variant, the rows of a product (of a slug) one after
// another.
//
//   slug,title,description,category,sku,options,price,currency,tax_class,weight_g,barcode,stock,
//   color,material
//
// The header names the columns, in any order; slug, title, sku, price and currency must be there,
// an unknown column is refused. An empty cell tells nothing, but for description, barcode, color
// and material, which it empties. Prices are decimal ("12.50"), weights grams, stock units. Options
// are "size=L; color=Red", a category "Kitchen > Mugs". What is the product's (title, description,
// category, tax_class, color, material) is the same in each of its rows, or empty behind the first.
//
// Pure: rows in, products and refused rows out. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/import/csv_reader.hpp"
#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/product.hpp"

namespace shop::import {

// A row of which nothing was applied, and why.
struct BadRow {
    std::uint64_t row = 0;  // the first line of the file being 1
    std::string reason;
    bool operator==(const BadRow&) const = default;
};
SHOP_DESCRIBE(BadRow, row, reason)

// One good row: a variant and its stock.
struct VariantRow {
    std::uint64_t row = 0;
    product::ImportedVariant variant;
    std::optional<std::int64_t> stock;
};

// The good rows of a slug.
struct ProductRows {
    std::string slug;
    product::DetailsChanged details;
    std::vector<std::string> category;  // titles, from the top; empty: not told
    std::vector<VariantRow> variants;
    bool publish = true;  // else it stays a draft, unless it was published before
    std::string content;  // of the rows, to tell a repeated import from another one
};

// Whether prices of imported files include tax: as the shop's own do.
bool prices_include_tax(const Catalog& catalog, Time now);

class RowReader {
  public:
    // `catalog` tells whether prices include tax, and the tax classes; it outlives the reader.
    RowReader(const Catalog& catalog, Time now);

    // The file's first row. kInvalid "wrong-columns", naming the column.
    Status take_header(const CsvRow& row);

    // Any other row; a product that is complete with it is in `done`.
    void take(const CsvRow& row, std::vector<ProductRows>& done);
    // The last product.
    void finish(std::vector<ProductRows>& done);

    // The rows refused since the last call.
    std::vector<BadRow> take_bad();
    std::uint64_t rows() const { return rows_; }

  private:
    // The file's columns, in the order of the names in the source.
    enum class Column : std::uint8_t {
        kSlug,
        kTitle,
        kDescription,
        kCategory,
        kSku,
        kOptions,
        kPrice,
        kCurrency,
        kTaxClass,
        kWeight,
        kBarcode,
        kStock,
        kColor,
        kMaterial,
    };
    static constexpr std::size_t kColumns = 14;
    static const std::array<std::string_view, kColumns> kNames;
    static const std::array<Column, 6> kOfProduct;  // those that its rows share

    bool has(Column column) const { return place(column) >= 0; }
    int place(Column column) const { return places_[static_cast<std::size_t>(column)]; }
    std::string_view cell(const CsvRow& row, Column column) const;

    Status add(const CsvRow& row, std::vector<ProductRows>& done);
    Status begin_run(const std::string& slug, std::uint64_t row);
    void begin_product(const CsvRow& row, std::string slug, product::DetailsChanged details);
    Status check_shared(const CsvRow& row) const;
    Status check_distinct(const VariantRow& variant) const;
    Result<product::DetailsChanged> read_details(const CsvRow& row) const;
    Result<VariantRow> read_variant(const CsvRow& row) const;
    Result<product::Price> read_price(const CsvRow& row) const;
    Status claim_sku(const std::string& sku, std::uint64_t row);
    void add_options(const VariantRow& variant);
    void close(std::vector<ProductRows>& done);

    const Catalog& catalog_;
    bool prices_include_tax_ = true;
    std::array<int, kColumns> places_{};  // of each column in a row; -1: not there
    std::size_t cells_ = 0;               // of a row
    std::string run_;  // the slug of the rows before this one; empty if they had none
    std::optional<ProductRows> open_;
    std::array<std::string, 6> shared_;                     // cells of the open product's first row
    std::unordered_map<std::string, std::uint64_t> slugs_;  // all seen, with their first row
    std::unordered_map<std::string, std::uint64_t> skus_;   // of good rows
    std::vector<BadRow> bad_;
    std::uint64_t rows_ = 0;
};

}  // namespace shop::import
