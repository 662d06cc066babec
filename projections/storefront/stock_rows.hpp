// The storefront's rows of stock: levels, and the units each line holds. One batch's worth; one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "projections/projection.hpp"

namespace shop::projections::storefront {

class StockRows {
  public:
    explicit StockRows(postgres::WriteMode mode) : mode_(mode) {}

    void fold(const RecordedEvent& event);

    // Writes levels and holds.
    Status write(postgres::Database& database);

    // What is available of each listing that draws on the batch's stock, or is one of `listed`, is
    // computed anew. After write(), and after the products were written.
    Status refresh_listings(postgres::Database& database, const std::set<std::string>& listed,
                            Touched& touched) const;

  private:
    struct Level {
        std::optional<std::string> variant_id;
        std::optional<std::string> inventory_item;
        std::optional<std::string> location;
        std::optional<bool> tracked;
        std::optional<std::int64_t> backorder_limit;
        std::optional<std::int64_t> safety_stock;
        std::int64_t on_hand = 0;  // to be added
    };
    // A line's units as the last event of the batch leaves them.
    struct Hold {
        std::string order_id;
        std::int64_t held = 0;
        std::int64_t allocated = 0;
    };
    using HoldKey = std::pair<std::string, std::string>;  // stock, line

    Status write_levels(postgres::Database& database);
    Status write_holds(postgres::Database& database);

    const postgres::WriteMode mode_;
    std::set<std::string> stocks_;  // all that the batch touches
    std::map<std::string, Level> levels_;
    std::map<HoldKey, Hold> holds_;
};

}  // namespace shop::projections::storefront
