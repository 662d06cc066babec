// Lists that staff search in the storefront's view. Filters that are not given do not narrow; their
// members are the statements' parameters in this order (staff_sql.hpp), and named as those of the
// calls. Personal values come sealed. One thread, that of the pipeline.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "core/base/sealed.hpp"
#include "events/task.hpp"
#include "projections/postgres/pipeline.hpp"
#include "projections/storefront/list_query.hpp"

namespace shop::projections::storefront {

using Filter = std::optional<std::string>;

template <class Filters>
struct StaffQuery {
    Filters filters;
    std::optional<ListKey> after;
    int limit = 50;
};

struct StaffList {
    std::string items;  // JSON array
    std::optional<ListKey> next;
};

// Times are RFC 3339; `from` is part of the list, `to` is not. `email` is a hash (email_index.hpp),
// `number` may be the beginning of one: of more than 300 orders, those with the highest numbers.
// q: such a number, or an id of another system.
struct SaleFilters {
    Filter status;
    Filter payment_status;
    Filter fulfillment_status;
    Filter balance;  // negative: owed to the buyer; zero; positive
    Filter customer;
    Filter country;
    Filter from;
    Filter to;
    Filter number;
    Filter q;
    Filter email;
};
SHOP_DESCRIBE(SaleFilters, status, payment_status, fulfillment_status, balance, customer, country,
              from, to, number, q, email)

// q: words, each part of title, slug or a SKU.
struct ProductFilters {
    Filter status;
    Filter q;
};
SHOP_DESCRIBE(ProductFilters, status, q)

// q: an order's number, or one of tracking.
struct FulfillmentFilters {
    Filter status;
    Filter order;
    Filter location;
    Filter from;
    Filter to;
    Filter q;
};
SHOP_DESCRIBE(FulfillmentFilters, status, order, location, from, to, q)

// q: the note's number, an order's, or an id of another system.
struct CreditNoteFilters {
    Filter status;
    Filter order;
    Filter customer;
    Filter reason;
    Filter from;
    Filter to;
    Filter q;
};
SHOP_DESCRIBE(CreditNoteFilters, status, order, customer, reason, from, to, q)

// q: the customer's id, or one of another system or its beginning.
struct CustomerFilters {
    Filter status;
    Filter kind;
    Filter country;
    Filter q;
    Filter email;
};
SHOP_DESCRIBE(CustomerFilters, status, kind, country, q, email)

// available_max: of what is tracked, and has no more to sell. q: part of SKU or title.
struct StockFilters {
    Filter available_max;
    Filter q;
};
SHOP_DESCRIBE(StockFilters, available_max, q)

// q: an order's number, or what the provider or staff call the payment.
struct PaymentFilters {
    Filter status;
    Filter provider;
    Filter order;
    Filter from;
    Filter to;
    Filter q;
};
SHOP_DESCRIBE(PaymentFilters, status, provider, order, from, to, q)

// owed: true or false. q: as of payments.
struct RefundFilters {
    Filter status;
    Filter owed;
    Filter provider;
    Filter payment;
    Filter order;
    Filter credit_note;
    Filter from;
    Filter to;
    Filter q;
};
SHOP_DESCRIBE(RefundFilters, status, owed, provider, payment, order, credit_note, from, to, q)

// Of one stock item.
struct ItemMovementFilters {
    Filter stock;  // the item's id
    Filter kind;
    Filter order;
    Filter from;
    Filter to;
};
SHOP_DESCRIBE(ItemMovementFilters, stock, kind, order, from, to)

struct MovementFilters {
    Filter kind;
    Filter order;
    Filter document;
    Filter actor;  // its id
    Filter actor_kind;
    Filter from;
    Filter to;
};
SHOP_DESCRIBE(MovementFilters, kind, order, document, actor, actor_kind, from, to)

struct NoteFilters {
    Filter order;
};
SHOP_DESCRIBE(NoteFilters, order)

// All but stock, which goes by SKU, the newest first.
Task<Result<StaffList>> list_sales(postgres::Pipeline&, StaffQuery<SaleFilters>);
Task<Result<StaffList>> list_staff_products(postgres::Pipeline&, StaffQuery<ProductFilters>);
Task<Result<StaffList>> list_fulfillments(postgres::Pipeline&, StaffQuery<FulfillmentFilters>);
Task<Result<StaffList>> list_credit_notes(postgres::Pipeline&, StaffQuery<CreditNoteFilters>);
Task<Result<StaffList>> list_stock(postgres::Pipeline&, StaffQuery<StockFilters>);
Task<Result<StaffList>> list_payments(postgres::Pipeline&, StaffQuery<PaymentFilters>);
Task<Result<StaffList>> list_refunds(postgres::Pipeline&, StaffQuery<RefundFilters>);
Task<Result<StaffList>> list_item_movements(postgres::Pipeline&, StaffQuery<ItemMovementFilters>);
Task<Result<StaffList>> list_movements(postgres::Pipeline&, StaffQuery<MovementFilters>);

struct SealedRow {
    std::string json;  // an object, but for what is sealed
    bool is_erased = false;
    Sealed personal;
};
struct SealedList {
    std::vector<SealedRow> rows;
    std::optional<ListKey> next;
};
Task<Result<SealedList>> list_customers(postgres::Pipeline&, StaffQuery<CustomerFilters>);
Task<Result<SealedList>> list_notes(postgres::Pipeline&, StaffQuery<NoteFilters>);

}  // namespace shop::projections::storefront
