// The readable tables in demo/online-retail that say what the year's codes and words mean.
// Immutable; thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/sale/values.hpp"
#include "core/stock/stock.hpp"

namespace shop::demo {

// Where something went, by the shop's words for it: an ISO 3166-1 code, unless it is not known; and
// the words, unless they name that country.
struct Destination {
    std::optional<std::string> country;
    std::optional<std::string> words;
    bool operator==(const Destination&) const = default;
};

class YearTables {
  public:
    // `folder` is demo/online-retail. Errors: those of read_rows(); kCorrupt for a word that means
    // nothing.
    static Result<YearTables> load(const std::filesystem::path& folder);

    // What kind of line a code that is no product makes; nothing for a product. `code` in capitals.
    std::optional<sale::LineKind> fee_kind_of(std::string_view code) const;

    // kCorrupt "bad-demo-data" for words that countries.csv does not have.
    Result<Destination> destination_of(const std::string& words) const;

    // Why somebody changed a stock, by what they noted: the first row of adjustments.csv that has a
    // word of the note, in any case. kUnknown if none has.
    stock::AdjustReason reason_of(std::string_view note) const;

  private:
    // Words that stand in a note one after another; with is_prefix the last one may go on.
    struct Phrase {
        std::string words;
        bool is_prefix = false;
        stock::AdjustReason reason = stock::AdjustReason::kUnknown;
    };

    std::map<std::string, sale::LineKind, std::less<>> fees_;
    std::vector<std::pair<std::string, sale::LineKind>> fee_prefixes_;
    std::map<std::string, Destination> destinations_;
    std::vector<Phrase> phrases_;
};

}  // namespace shop::demo
