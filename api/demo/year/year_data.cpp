#include "api/demo/year/year_data.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "api/demo/tables.hpp"
#include "api/demo/year/london_time.hpp"
#include "api/import/row_cells.hpp"
#include "core/base/money.hpp"

namespace shop::demo {
namespace {

using Row = std::vector<std::string>;

std::unexpected<Error> bad_row(std::string_view file, const Row& row) {
    return fail(ErrorCode::kCorrupt, "bad-demo-data",
                std::string(file) + " has a row that is none: " + (row.empty() ? "" : row[0]));
}

// A number with a sign before it, if there is one.
template <class Parse>
auto parse_signed(std::string_view text, Parse parse) {
    const bool is_negative = text.starts_with('-');
    auto number = parse(text.substr(is_negative ? 1 : 0));
    if (number && is_negative) *number = -*number;
    return number;
}

class Reader {
  public:
    Reader(std::filesystem::path folder, const YearTables& tables)
        : folder_(std::move(folder)), tables_(tables) {}

    Result<YearData> read() {
        SHOP_TRY_STATUS(read_goods());
        SHOP_TRY_STATUS(for_each_row(folder_ / "documents.csv.gz",
                                     [this](const Row& row) { return take_run(row); }));
        SHOP_TRY_STATUS(for_each_row(folder_ / "lines.csv.gz",
                                     [this](const Row& row) { return take_line(row); }));
        if (run_ != runs_.size())
            return fail(ErrorCode::kCorrupt, "bad-demo-data", "lines.csv.gz ends too early.");
        for (YearDocument& document : data_.documents) document.kind = kind_of(document);
        std::ranges::sort(data_.documents, {}, [](const YearDocument& document) {
            return std::pair(document.at, document.rows.front().number);
        });
        return std::move(data_);
    }

  private:
    // Rows of one document that stand one after another.
    struct Run {
        std::uint32_t document = 0;
        std::int64_t rows = 0;
    };

    Status read_goods() {
        SHOP_TRY(rows, read_rows(folder_ / "goods.csv.gz"));
        std::map<std::string, std::uint32_t> places;
        for (const Row& row : rows) {
            if (row.size() != 2) return bad_row("goods.csv.gz", row);
            places.emplace(in_capitals(row[0]), 0);
        }
        for (auto& [code, place] : places) {
            place = static_cast<std::uint32_t>(data_.skus.size());
            data_.skus.push_back({code, tables_.fee_kind_of(code)});
        }
        for (const Row& row : rows)
            data_.goods.push_back(
                {places.at(in_capitals(row[0])), std::string(import::trimmed(row[1]))});
        last_price_.resize(rows.size());
        return {};
    }

    Status take_run(const Row& row) {
        if (row.size() != 5) return bad_row("documents.csv.gz", row);
        const auto [at, is_new] =
            documents_.try_emplace(row[0], static_cast<std::uint32_t>(data_.documents.size()));
        const auto count = import::parse_whole(row[4]);
        if (!count || *count == 0) return bad_row("documents.csv.gz", row);
        runs_.push_back({at->second, *count});
        if (!is_new) return {};
        const auto time = parse_london_minute(row[1]);
        const auto customer = row[2].empty() ? 0 : import::parse_whole(row[2]);
        if (!time || !customer) return bad_row("documents.csv.gz", row);
        YearDocument& document = data_.documents.emplace_back();
        document.number = row[0];
        document.at = *time;
        document.customer = static_cast<std::uint32_t>(*customer);
        document.country = country_of(row[3]);
        return {};
    }

    Status take_line(const Row& row) {
        const auto good = row.size() == 3 ? import::parse_whole(row[0]) : std::nullopt;
        const auto quantity =
            row.size() == 3 ? parse_signed(row[1], import::parse_whole) : std::nullopt;
        if (!good || !quantity || run_ == runs_.size() ||
            static_cast<std::size_t>(*good) >= data_.goods.size())
            return bad_row("lines.csv.gz", row);
        std::int64_t& price = last_price_[static_cast<std::size_t>(*good)];
        if (!row[2].empty()) {
            const auto milli = parse_signed(
                row[2], [](std::string_view text) { return parse_minor_units(text, 3); });
            if (!milli) return bad_row("lines.csv.gz", row);
            price = *milli;
        }
        data_.documents[runs_[run_].document].rows.push_back(
            {++number_, static_cast<std::uint32_t>(*good), static_cast<std::int32_t>(*quantity),
             price});
        if (--runs_[run_].rows == 0) ++run_;
        return {};
    }

    std::uint32_t country_of(const std::string& words) {
        const auto found = std::ranges::find(data_.countries, words);
        const auto place = static_cast<std::uint32_t>(found - data_.countries.begin());
        if (found == data_.countries.end()) data_.countries.push_back(words);
        return place;
    }

    static DocumentKind kind_of(const YearDocument& document) {
        if (document.number.starts_with('A')) return DocumentKind::kBadDebt;
        if (document.number.starts_with('C')) return DocumentKind::kCredit;
        const bool has_price = std::ranges::any_of(
            document.rows, [](const YearRow& row) { return row.price_milli != 0; });
        if (has_price) return DocumentKind::kSale;
        return document.customer == 0 ? DocumentKind::kAdjustment : DocumentKind::kGift;
    }

    const std::filesystem::path folder_;
    const YearTables& tables_;
    YearData data_;
    std::unordered_map<std::string, std::uint32_t> documents_;  // by number
    std::vector<Run> runs_;
    std::vector<std::int64_t> last_price_;  // of each good
    std::size_t run_ = 0;
    std::uint32_t number_ = 0;
};

}  // namespace

Result<YearData> load_year(const std::filesystem::path& demo, const YearTables& tables) {
    return Reader(demo / "online-retail", tables).read();
}

}  // namespace shop::demo
