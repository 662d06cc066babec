// The storefront's rows of stock movements: each written once, never changed. One batch's worth;
// one thread.
#pragma once

#include "projections/projection.hpp"

namespace shop::projections::storefront {

class MovementRows {
  public:
    explicit MovementRows(postgres::WriteMode mode);
    void fold(const Record& record, const RecordedEvent& event);
    Status write(postgres::Database& database);

  private:
    postgres::RowSet rows_;
};

}  // namespace shop::projections::storefront
