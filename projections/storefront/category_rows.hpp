// The storefront's rows of categories. One batch's worth; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "projections/projection.hpp"

namespace shop::projections::storefront {

class CategoryRows {
  public:
    explicit CategoryRows(postgres::WriteMode mode) : mode_(mode) {}
    void fold(const RecordedEvent& event);
    Status write(postgres::Database& database, Touched& touched);

  private:
    // What the batch says of a category; what it does not stays as it is stored.
    struct Patch {
        std::optional<std::string> slug;
        std::optional<std::string> title;
        std::optional<std::string> parent;
        std::optional<std::int64_t> place;
        std::optional<std::string> status;
    };
    const postgres::WriteMode mode_;
    std::map<std::string, Patch> patches_;
};

}  // namespace shop::projections::storefront
