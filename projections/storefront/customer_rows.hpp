// The storefront's rows of customers. Personal values stay sealed, but for a keyed hash of the
// e-mail address; of an erased customer nothing is kept. One batch's worth; one thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "projections/projection.hpp"
#include "projections/storefront/email_index.hpp"

namespace shop::projections::storefront {

class CustomerRows {
  public:
    // `emails` may be nullptr, and outlives it.
    CustomerRows(postgres::WriteMode mode, const EmailIndex* emails)
        : mode_(mode), emails_(emails) {}
    void fold(const Record& record, const RecordedEvent& event);
    Status write(postgres::Database& database);

  private:
    // What the batch says of a customer; what it does not stays as it is stored.
    struct Customer {
        std::optional<std::string> status;
        const customer::Profile* profile = nullptr;  // in the batch, which outlives this
        std::optional<Sealed> personal;              // the latest
        std::optional<std::string> country;          // likewise
        std::optional<Time> known_since;
        Time changed_at;
    };

    const postgres::WriteMode mode_;
    const EmailIndex* const emails_;
    std::map<std::string, Customer> customers_;
};

}  // namespace shop::projections::storefront
