// The list of credit notes.
#include "api/endpoints/staff_list.hpp"
#include "api/http/schema_of.hpp"
#include "core/credit_note/credit_note.hpp"

namespace shop::api {
namespace {

struct CreditNoteItem {
    CreditNoteId id;
    std::optional<std::int64_t> number;  // once it is issued
    credit_note::Status status = credit_note::Status::kRequested;
    std::vector<OrderId> order_ids;  // whose lines it takes back
    std::optional<CustomerId> customer_id;
    std::optional<sale::External> external;
    std::optional<OrderId> reverses;
    std::string reason;
    std::string note;
    std::int64_t items = 0;
    Money total;
    Money settled;
    Time requested_at;
    std::optional<Time> issued_at;
    static constexpr std::string_view kSchemaName = "CreditNoteItem";
    bool operator==(const CreditNoteItem&) const = default;
};
SHOP_DESCRIBE(CreditNoteItem, id, number, status, order_ids, customer_id, external, reverses,
              reason, note, items, total, settled, requested_at, issued_at)

struct CreditNoteListView {
    std::vector<CreditNoteItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "CreditNoteList";
    bool operator==(const CreditNoteListView&) const = default;
};
SHOP_DESCRIBE(CreditNoteListView, items, next)

std::vector<http::Parameter> parameters() {
    std::vector<http::Parameter> all{
        {.name = "status", .one_of = http::names_of<credit_note::Status>()},
        {.name = "order", .description = "the order's id", .min = 1, .max = 40},
        {.name = "customer", .description = "the customer's id", .min = 1, .max = 40},
        {.name = "reason", .min = 1, .max = 60},
        {.name = "q",
         .description = "the note's number, an order's, or an id of another system",
         .min = 1,
         .max = 200}};
    for (http::Parameter& time : time_parameters("requested at or after")) all.push_back(time);
    return all;
}

}  // namespace

void add_admin_credit_note_list_routes(http::Routes& routes, Services& services) {
    routes.add(staff_list_route({.pattern = "/api/v1/admin/credit-notes",
                                 .summary = "Credit notes, the newest first",
                                 .tag = "credit notes (staff)",
                                 .parameters = parameters(),
                                 .answer = http::schema_of<CreditNoteListView>()}),
               [&services](const http::Request& request) {
                   return answer_list(services, request,
                                      projections::storefront::list_credit_notes);
               });
}

}  // namespace shop::api
