#include "projections/storefront/forget_erased.hpp"

#include "projections/storefront/patch.hpp"
#include "projections/storefront/sale_sql.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Column;
using postgres::RowSet;
using postgres::SetStatement;
using postgres::WriteMode;

constexpr Column kCustomerInputs[] = {{"customer_id", "text"}};
constexpr SetStatement kForgetCustomers{
    "forget_customers", kCustomerInputs,
    "UPDATE customer c SET status = 'erased', person = '', personal = '', email_hash = '' "
    "FROM {rows} WHERE c.customer_id = u.customer_id"};

}  // namespace

Status forget_erased(postgres::Database& database, const Record& record) {
    RowSet customers(kForgetCustomers, WriteMode::kTail);
    RowSet persons(kForgetPersons, WriteMode::kTail);
    for (const RecordedEvent& event : record.events) {
        const auto* erased = event.data.get_if<customer::Erased>();
        if (erased == nullptr) continue;
        customers.text(event.stream.to_string());
        for (const std::string& key : erased->keys) persons.text(key);
    }
    SHOP_TRY_STATUS(run(database, customers));
    return run(database, persons);
}

}  // namespace shop::projections::storefront
