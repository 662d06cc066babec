// The storefront's rows of payments and refunds. One batch's worth; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "projections/projection.hpp"

namespace shop::projections::storefront {

class PaymentRows {
  public:
    explicit PaymentRows(postgres::WriteMode mode) : mode_(mode) {}
    void fold(const Record& record, const RecordedEvent& event);
    Status write(postgres::Database& database);

    // Adds what an order's row has to be made anew for: ("p", id) of each payment.
    void add_ids(postgres::RowSet& rows) const;

  private:
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
    struct Refund {
        std::string payment_id;
        std::string status;
        std::optional<std::string> credit_note_id;
        std::optional<std::int64_t> amount;
        std::optional<std::string> currency;
        std::optional<std::string> reason;
        std::optional<std::string> failure;
        std::optional<std::string> replaces;
        Time requested_at;  // of a refund that nobody here asked for, when it was done
        Time changed_at;
    };

    void fold_payment(Payment& payment, const payment::Event& event, Time time);
    void fold_refund(const std::string& payment_id, const payment::Event& event, Time time);
    Status write_payments(postgres::Database& database);
    Status write_refunds(postgres::Database& database);

    const postgres::WriteMode mode_;
    std::map<std::string, Payment> payments_;
    std::map<std::string, Refund> refunds_;
};

}  // namespace shop::projections::storefront
