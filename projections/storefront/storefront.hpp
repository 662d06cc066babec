// The storefront's view: products with facets and search, categories, stock and how it moved,
// orders and what follows from them, customers.
// Tables and their meaning: migrations/projections/storefront*.sql. Queries: reader.hpp.
#pragma once

#include <optional>

#include "projections/projection.hpp"
#include "projections/storefront/email_index.hpp"

namespace shop::projections::storefront {

inline constexpr std::string_view kViewName = "storefront";

class Storefront final : public Projection {
  public:
    // Without an index no order is found by its e-mail address.
    explicit Storefront(std::optional<EmailIndex> emails = {}) : emails_(emails) {}

    std::string_view name() const override { return kViewName; }
    int code_version() const override { return 11; }
    bool reads(Topic topic) const override { return topic != Topic::kClicks; }
    bool wants(std::string_view entry) const override;
    Status apply(postgres::Database& database, std::span<const ViewRecord> batch,
                 postgres::WriteMode mode, Touched& touched) const override;
    Status forget(postgres::Database& database, const Record& record) const override;
    // Prices begin and end.
    Result<bool> is_stale(postgres::Database& database, Time now) const override;
    Status refresh(postgres::Database& database, Time now, postgres::WriteMode mode,
                   Touched& touched) const override;

  private:
    const std::optional<EmailIndex> emails_;
};

}  // namespace shop::projections::storefront
