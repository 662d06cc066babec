// The list of customers. Names and addresses are sealed in the view, and opened here.
#include "api/endpoints/person_views.hpp"
#include "api/endpoints/staff_list.hpp"
#include "api/http/schema_of.hpp"
#include "core/customer/customer.hpp"
#include "core/json/encode.hpp"

namespace shop::api {
namespace {

using projections::storefront::SealedRow;

struct CustomerItem {
    CustomerId id;
    customer::Status status = customer::Status::kKnown;
    customer::Kind kind = customer::Kind::kPerson;
    std::optional<std::string> country;
    std::optional<std::string> country_text;  // what an import said that is no country
    std::optional<sale::External> external;
    std::int64_t orders = 0;
    Time known_since;
    Time changed_at;
    PersonView contact;  // "[erased]" once the keys are destroyed
    static constexpr std::string_view kSchemaName = "CustomerItem";
    bool operator==(const CustomerItem&) const = default;
};
SHOP_DESCRIBE(CustomerItem, id, status, kind, country, country_text, external, orders, known_since,
              changed_at, contact)

struct CustomerListView {
    std::vector<CustomerItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "CustomerList";
    bool operator==(const CustomerListView&) const = default;
};
SHOP_DESCRIBE(CustomerListView, items, next)

// Who it is.
Result<OpenedMember> open_contact(const KeyStore& keys, const SealedRow& row) {
    PersonView contact;
    if (row.is_erased) {
        contact = erased_person();
    } else if (!row.personal.is_empty()) {
        SHOP_TRY(person, person_view(keys, row.personal));
        contact = std::move(person);
    }
    return OpenedMember{"contact", json::to_json(contact, json::Defaults::kWrite)};
}

std::vector<http::Parameter> parameters() {
    return {{.name = "status", .one_of = http::names_of<customer::Status>()},
            {.name = "kind", .one_of = http::names_of<customer::Kind>()},
            {.name = "country", .min = 2, .max = 2},
            {.name = "email", .description = "the whole address", .min = 1},
            {.name = "q",
             .description = "the customer's id, one of another system or its beginning, or an "
                            "e-mail address",
             .min = 1,
             .max = 254}};
}

}  // namespace

void add_admin_customer_list_routes(http::Routes& routes, Services& services) {
    routes.add(staff_list_route({.pattern = "/api/v1/admin/customers",
                                 .summary = "Customers, the newest first",
                                 .tag = "customers (staff)",
                                 .parameters = parameters(),
                                 .answer = http::schema_of<CustomerListView>()}),
               [&services](const http::Request& request) {
                   return answer_sealed_list(services, request,
                                             projections::storefront::list_customers, open_contact);
               });
}

}  // namespace shop::api
