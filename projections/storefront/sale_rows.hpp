// The storefront's rows of orders and their payments, for tracking and for staff. Personal values
// stay sealed, but for a keyed hash of the e-mail address. One batch's worth; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/base/time.hpp"
#include "projections/projection.hpp"
#include "projections/storefront/email_index.hpp"

namespace shop::projections::storefront {

class SaleRows {
  public:
    // `emails` may be nullptr, and outlives it.
    SaleRows(postgres::WriteMode mode, const EmailIndex* emails) : mode_(mode), emails_(emails) {}
    void fold(const Record& record, const RecordedEvent& event);
    Status write(postgres::Database& database);

  private:
    struct Order {
        const order::Placed* placed = nullptr;  // in the batch, which outlives this
        std::optional<Time> placed_at;
        std::optional<Time> canceled_at;
        std::string status;
    };
    // What the batch says of a payment; what it does not stays as it is stored.
    struct Payment {
        std::optional<std::string> order_id;
        std::optional<std::int64_t> attempt;
        std::optional<std::string> provider;
        std::optional<std::string> method;
        std::optional<std::string> status;
        std::optional<std::string> currency;
        std::optional<std::int64_t> amount;
        std::optional<std::int64_t> authorized;
        std::int64_t captured = 0;  // to be added
        std::optional<std::string> provider_reference;
        std::optional<std::string> failure;
        std::optional<Time> initiated_at;
        Time changed_at;
    };

    void fold_payment(Payment& payment, const payment::Event& event, Time time);
    Status write_orders(postgres::Database& database);
    Status write_payments(postgres::Database& database);
    Status refresh_payment_status(postgres::Database& database);

    const postgres::WriteMode mode_;
    const EmailIndex* const emails_;
    std::map<std::string, Order> orders_;
    std::map<std::string, Payment> payments_;
};

}  // namespace shop::projections::storefront
