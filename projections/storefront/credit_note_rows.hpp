// The storefront's rows of credit notes. One batch's worth; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "projections/projection.hpp"

namespace shop::projections::storefront {

class CreditNoteRows {
  public:
    explicit CreditNoteRows(postgres::WriteMode mode) : mode_(mode) {}
    void fold(const Record& record, const RecordedEvent& event);
    Status write(postgres::Database& database);

  private:
    struct Requested {
        const credit_note::Requested* note = nullptr;  // in the batch, which outlives this
        Time time;
    };
    // What the batch says of a note besides.
    struct Change {
        std::optional<std::int64_t> number;
        std::optional<Time> issued_at;
        std::int64_t settled = 0;  // to be added
    };

    Status write_requested(postgres::Database& database);
    Status write_changes(postgres::Database& database);

    const postgres::WriteMode mode_;
    std::map<std::string, Requested> requested_;
    std::map<std::string, Change> changes_;
};

}  // namespace shop::projections::storefront
