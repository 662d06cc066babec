#include "projections/storefront/storefront.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "projections/storefront/category_rows.hpp"
#include "projections/storefront/credit_note_rows.hpp"
#include "projections/storefront/customer_rows.hpp"
#include "projections/storefront/forget_erased.hpp"
#include "projections/storefront/fulfillment_rows.hpp"
#include "projections/storefront/movement_rows.hpp"
#include "projections/storefront/note_rows.hpp"
#include "projections/storefront/payment_rows.hpp"
#include "projections/storefront/product_rows.hpp"
#include "projections/storefront/sale_rows.hpp"
#include "projections/storefront/source_locks.hpp"
#include "projections/storefront/stock_rows.hpp"

namespace shop::projections::storefront {
namespace {

constexpr std::string_view kTypeMember = "\"type\":\"";
constexpr std::array<std::string_view, 8> kKinds = {"product.",     "category.", "stock.",
                                                    "order.",       "payment.",  "fulfillment.",
                                                    "credit_note.", "customer."};

// What happens behind the shop: orders and all that follows from them.
class SalesRows {
  public:
    SalesRows(postgres::WriteMode mode, const EmailIndex* emails)
        : payments_(mode),
          fulfillments_(mode),
          credit_notes_(mode),
          customers_(mode, emails),
          sales_(mode, emails),
          notes_(mode) {}

    void fold(const Record& record, const RecordedEvent& event) {
        payments_.fold(record, event);
        fulfillments_.fold(record, event);
        credit_notes_.fold(record, event);
        customers_.fold(record, event);
        sales_.fold(record, event);
        notes_.fold(record, event);
    }

    Status write(postgres::Database& database) {
        SHOP_TRY_STATUS(payments_.write(database));
        SHOP_TRY_STATUS(fulfillments_.write(database));
        SHOP_TRY_STATUS(credit_notes_.write(database));
        SHOP_TRY_STATUS(customers_.write(database));
        SHOP_TRY_STATUS(sales_.write(database));
        SHOP_TRY_STATUS(notes_.write(database));
        return sales_.refresh(database, payments_, fulfillments_);
    }

  private:
    PaymentRows payments_;
    FulfillmentRows fulfillments_;
    CreditNoteRows credit_notes_;
    CustomerRows customers_;
    SaleRows sales_;
    NoteRows notes_;
};

}  // namespace

// Most records are of carts, which no table here shows. In a string the quotes are escaped, so the
// member cannot be feigned; a member of that name elsewhere costs a needless look.
bool Storefront::wants(std::string_view entry) const {
    for (auto at = entry.find(kTypeMember); at != std::string_view::npos;
         at = entry.find(kTypeMember, at + kTypeMember.size())) {
        const std::string_view type = entry.substr(at + kTypeMember.size());
        if (std::ranges::any_of(kKinds, [&](auto kind) { return type.starts_with(kind); }))
            return true;
    }
    return false;
}

Status Storefront::apply(postgres::Database& database, std::span<const ViewRecord> batch,
                         postgres::WriteMode mode, Touched& touched) const {
    ProductRows products(mode);
    CategoryRows categories(mode);
    StockRows stock(mode);
    MovementRows movements(mode);
    SalesRows sales(mode, emails_ ? &*emails_ : nullptr);
    SHOP_TRY_STATUS(lock_sources(database, batch));
    SHOP_TRY_STATUS(products.load(database, batch));
    for (const ViewRecord& record : batch)
        for (const RecordedEvent& event : record.record.events) {
            products.fold(record.record, event);
            categories.fold(event);
            stock.fold(event);
            movements.fold(record.record, event);
            sales.fold(record.record, event);
        }
    std::set<std::string> listed;
    SHOP_TRY_STATUS(stock.write(database));  // first: a new listing says at once what there is
    SHOP_TRY_STATUS(products.write(database, listed, touched));
    SHOP_TRY_STATUS(categories.write(database, touched));
    SHOP_TRY_STATUS(stock.refresh_listings(database, listed, touched));
    SHOP_TRY_STATUS(movements.write(database));
    return sales.write(database);
}

Status Storefront::forget(postgres::Database& database, const Record& record) const {
    SHOP_TRY_STATUS(lock_sources(database, record));
    return forget_erased(database, record);
}

Result<bool> Storefront::is_stale(postgres::Database& database, Time now) const {
    return ProductRows::has_stale(database, now);
}

Status Storefront::refresh(postgres::Database& database, Time now, postgres::WriteMode mode,
                           Touched& touched) const {
    SHOP_TRY_STATUS(lock_goods(database));
    ProductRows products(mode);
    SHOP_TRY_STATUS(products.load_stale(database, now));
    std::set<std::string> listed;
    SHOP_TRY_STATUS(products.write(database, listed, touched));
    return StockRows(mode).refresh_listings(database, listed, touched);
}

}  // namespace shop::projections::storefront
