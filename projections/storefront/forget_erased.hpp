// Who was erased is forgotten, even if the record that says so cannot be applied, or waits behind
// another of theirs.
#pragma once

#include "projections/projection.hpp"

namespace shop::projections::storefront {

// Takes from the rows by what a person could be known, or found.
Status forget_erased(postgres::Database& database, const Record& record);

}  // namespace shop::projections::storefront
