// The storefront's rows of fulfillments. One batch's worth; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "projections/projection.hpp"

namespace shop::projections::storefront {

class FulfillmentRows {
  public:
    explicit FulfillmentRows(postgres::WriteMode mode) : mode_(mode) {}
    void fold(const Record& record, const RecordedEvent& event);
    Status write(postgres::Database& database);

    // Adds what an order's row has to be made anew for: ("f", id) of each fulfillment.
    void add_ids(postgres::RowSet& rows) const;

  private:
    // What the batch says of it; what it does not stays as it is stored.
    struct Fulfillment {
        const fulfillment::Created* created = nullptr;  // in the batch, which outlives this
        const fulfillment::Shipped* shipped = nullptr;  // likewise
        std::string status;
        Reason reason;
        std::optional<Time> created_at;
        std::optional<Time> shipped_at;
        std::optional<Time> ended_at;
    };

    const postgres::WriteMode mode_;
    std::map<std::string, Fulfillment> fulfillments_;
};

}  // namespace shop::projections::storefront
