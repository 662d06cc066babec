#include "projections/storefront/staff_lists.hpp"

#include <algorithm>

#include "projections/storefront/staff_sql.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Parameters;
using postgres::Pipeline;
using postgres::Rows;

// The filters, the sort key and id that the list goes on behind, and one row more than are shown.
template <class Filters>
Parameters parameters_of(StaffQuery<Filters> query) {
    Parameters parameters;
    for_each_member(query.filters, [&](std::string_view, Filter& filter) {
        parameters.push_back(std::move(filter));
    });
    parameters.push_back(query.after ? Filter(query.after->value) : std::nullopt);
    parameters.push_back(query.after ? Filter(query.after->product_id) : std::nullopt);
    parameters.push_back(std::to_string(query.limit + 1));
    return parameters;
}

std::size_t shown_of(const Rows& rows, int limit) {
    return std::min(rows.size(), static_cast<std::size_t>(limit));
}

// Rows begin with their id and their sort key.
std::optional<ListKey> next_of(const Rows& rows, int limit) {
    const std::size_t shown = shown_of(rows, limit);
    if (rows.size() <= shown) return std::nullopt;
    return ListKey{std::string(rows.text(shown - 1, 1)), std::string(rows.text(shown - 1, 0))};
}

template <class Filters>
Task<Result<StaffList>> run_list(Pipeline& pipeline, postgres::Statement statement,
                                 StaffQuery<Filters> query) {
    const int limit = query.limit;
    const auto rows =
        co_await pipeline.query(statement, parameters_of(std::move(query)), postgres::Lane::kSlow);
    if (!rows) co_return std::unexpected(rows.error());
    StaffList list{.items = "[", .next = next_of(*rows, limit)};
    for (std::size_t i = 0; i < shown_of(*rows, limit); ++i)
        list.items.append(i == 0 ? "" : ",").append(rows->text(i, 2));
    list.items += ']';
    co_return list;
}

template <class Filters>
Task<Result<SealedList>> run_sealed_list(Pipeline& pipeline, postgres::Statement statement,
                                         StaffQuery<Filters> query) {
    const int limit = query.limit;
    const auto rows =
        co_await pipeline.query(statement, parameters_of(std::move(query)), postgres::Lane::kSlow);
    if (!rows) co_return std::unexpected(rows.error());
    SealedList list{.rows = {}, .next = next_of(*rows, limit)};
    for (std::size_t i = 0; i < shown_of(*rows, limit); ++i)
        list.rows.push_back(
            {.json = std::string(rows->text(i, 2)),
             .is_erased = rows->boolean(i, 3),
             .personal = {std::string(rows->text(i, 4)), std::string(rows->text(i, 5))}});
    co_return list;
}

}  // namespace

Task<Result<StaffList>> list_sales(Pipeline& pipeline, StaffQuery<SaleFilters> query) {
    return run_list(pipeline, kSales, std::move(query));
}

Task<Result<StaffList>> list_staff_products(Pipeline& pipeline, StaffQuery<ProductFilters> query) {
    return run_list(pipeline, kStaffProducts, std::move(query));
}

Task<Result<StaffList>> list_fulfillments(Pipeline& pipeline,
                                          StaffQuery<FulfillmentFilters> query) {
    return run_list(pipeline, kFulfillments, std::move(query));
}

Task<Result<StaffList>> list_credit_notes(Pipeline& pipeline, StaffQuery<CreditNoteFilters> query) {
    return run_list(pipeline, kCreditNotes, std::move(query));
}

Task<Result<StaffList>> list_stock(Pipeline& pipeline, StaffQuery<StockFilters> query) {
    return run_list(pipeline, kStock, std::move(query));
}

Task<Result<StaffList>> list_payments(Pipeline& pipeline, StaffQuery<PaymentFilters> query) {
    return run_list(pipeline, kPayments, std::move(query));
}

Task<Result<StaffList>> list_refunds(Pipeline& pipeline, StaffQuery<RefundFilters> query) {
    return run_list(pipeline, kRefunds, std::move(query));
}

Task<Result<StaffList>> list_item_movements(Pipeline& pipeline,
                                            StaffQuery<ItemMovementFilters> query) {
    return run_list(pipeline, kItemMovements, std::move(query));
}

Task<Result<StaffList>> list_movements(Pipeline& pipeline, StaffQuery<MovementFilters> query) {
    return run_list(pipeline, kMovements, std::move(query));
}

Task<Result<SealedList>> list_customers(Pipeline& pipeline, StaffQuery<CustomerFilters> query) {
    return run_sealed_list(pipeline, kCustomers, std::move(query));
}

Task<Result<SealedList>> list_notes(Pipeline& pipeline, StaffQuery<NoteFilters> query) {
    return run_sealed_list(pipeline, kNotes, std::move(query));
}

}  // namespace shop::projections::storefront
