// The storefront's rows of notes to orders, still sealed: each written once, never changed. One
// batch's worth; one thread.
#pragma once

#include "projections/projection.hpp"

namespace shop::projections::storefront {

class NoteRows {
  public:
    explicit NoteRows(postgres::WriteMode mode);
    void fold(const Record& record, const RecordedEvent& event);
    Status write(postgres::Database& database);

  private:
    postgres::RowSet rows_;
};

}  // namespace shop::projections::storefront
