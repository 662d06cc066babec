// The storefront's rows of orders, for tracking and for staff. Personal values stay sealed, but for
// a keyed hash of the e-mail address. One batch's worth; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/base/time.hpp"
#include "projections/projection.hpp"
#include "projections/storefront/email_index.hpp"
#include "projections/storefront/fulfillment_rows.hpp"
#include "projections/storefront/payment_rows.hpp"

namespace shop::projections::storefront {

class SaleRows {
  public:
    // `emails` may be nullptr, and outlives it.
    SaleRows(postgres::WriteMode mode, const EmailIndex* emails) : mode_(mode), emails_(emails) {}
    void fold(const Record& record, const RecordedEvent& event);
    // After the payments were written.
    Status write(postgres::Database& database);

    // What orders show of these payments and fulfillments is computed anew. After all were written.
    Status refresh(postgres::Database& database, const PaymentRows& payments,
                   const FulfillmentRows& fulfillments) const;

  private:
    struct Placed {
        const order::Placed* placed = nullptr;  // in the batch, which outlives this
        Time time;
    };
    // What the batch says of an order besides; what it does not stays as it is stored.
    struct Change {
        std::optional<Time> confirmed_at;
        std::optional<Time> canceled_at;
        std::optional<std::string> hold;
        std::optional<std::string> customer_id;
        std::int64_t canceled = 0;  // to be added, as is …
        std::int64_t credited = 0;
        std::int64_t given = 0;
    };
    using LineKey = std::pair<std::string, std::string>;  // order, line

    template <class Event>
    void fold_order(const std::string& id, const Event& data, Time time);
    Status write_placed(postgres::Database& database);
    Status write_changes(postgres::Database& database);

    const postgres::WriteMode mode_;
    const EmailIndex* const emails_;
    std::map<std::string, Placed> placed_;
    std::map<std::string, Change> changes_;
    std::map<LineKey, std::int64_t> canceled_units_;  // to be added
    std::set<std::string> destroyed_keys_;            // of persons who were erased
};

}  // namespace shop::projections::storefront
