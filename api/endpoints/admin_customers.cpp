// Customers as staff know them: made, read, changed, erased.
#include <memory>
#include <utility>

#include "api/address_rules.hpp"
#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/person_views.hpp"
#include "api/endpoints/try_again.hpp"
#include "api/erase_keys.hpp"
#include "api/http/schema_of.hpp"
#include "core/customer/customer.hpp"
#include "core/sale/person_keys.hpp"
#include "events/executor.hpp"
#include "events/worker.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;
using http::Route;

constexpr std::string_view kCustomers = "/api/v1/admin/customers";
constexpr std::string_view kCustomer = "/api/v1/admin/customers/{id}";

struct NewCustomer {
    std::optional<ExternalView> external;  // the same id of the same system: the same customer
    std::optional<customer::Kind> kind;    // person
    std::optional<PersonView> contact;
    std::optional<std::string> country;
    std::optional<ReasonBody> reason;
    static constexpr std::array kLimits = {
        http::Limit{.member = "country", .min = 2, .max = 2, .pattern = "^[A-Z]{2}$"}};
    bool operator==(const NewCustomer&) const = default;
};
SHOP_DESCRIBE(NewCustomer, external, kind, contact, country, reason)

// What is given is changed; `contact` as a whole.
struct CustomerChange {
    std::optional<PersonView> contact;
    std::optional<std::string> country;
    std::optional<ReasonBody> reason;
    static constexpr std::array kLimits = {
        http::Limit{.member = "country", .min = 2, .max = 2, .pattern = "^[A-Z]{2}$"}};
    bool operator==(const CustomerChange&) const = default;
};
SHOP_DESCRIBE(CustomerChange, contact, country, reason)

struct CustomerView {
    CustomerId id;
    std::uint64_t version = 0;
    customer::Status status = customer::Status::kKnown;
    customer::Kind kind = customer::Kind::kPerson;
    PersonView contact;  // "[erased]" once the keys are destroyed
    std::string country;
    std::string country_text;  // of an import: what was no country
    std::optional<ExternalView> external;
    Time known_since;
    static constexpr std::string_view kSchemaName = "Customer";
    bool operator==(const CustomerView&) const = default;
};
SHOP_DESCRIBE(CustomerView, id, version, status, kind, contact, country, country_text, external,
              known_since)

Error unknown_customer() {
    return {ErrorCode::kNotFound, "unknown-customer", "There is no such customer."};
}

Status check_country(const std::optional<std::string>& country) {
    if (!country || find_address_rule(*country) != nullptr) return {};
    return fail_field("/country", "must be an ISO 3166-1 code of two letters");
}

// ---- The answer ---------------------------------------------------------------------------------

Result<PersonView> contact_of(const KeyStore& keys, const customer::State& customer) {
    if (customer.status == customer::Status::kKnown)
        return person_view(keys, customer.profile.personal);
    return erased_person();
}

Response answer(Services& services, const CustomerId& id, const Result<Snapshot>& read,
                int status) {
    if (!read) return problem(read.error());
    const auto* state = state_in<customer::State>(*read);
    if (state == nullptr) return problem(unknown_customer());
    auto contact = contact_of(services.keys, *state);
    if (!contact) return problem(contact.error());
    CustomerView view{.id = id,
                      .version = read->version,
                      .status = state->status,
                      .kind = state->profile.kind,
                      .contact = std::move(*contact),
                      .country = state->profile.country,
                      .country_text = state->profile.country_text,
                      .external = {},
                      .known_since = state->known_since};
    if (const auto& external = state->profile.external)
        view.external = ExternalView{external->system, external->id};
    Response response = http::json_answer(status, view);
    response.with("ETag", http::etag_of(read->version)).with("Cache-Control", "no-store");
    return response;
}

struct CustomerCall {
    CustomerId customer;
    Submission submission;
    int status = 200;
};

Task<Response> submit(Services& services, const Request& request, CustomerCall call) {
    const auto receipt = co_await services.engine.submit(*request.home, std::move(call.submission));
    if (!receipt) co_return problem(receipt.error());
    const int status = receipt->changed ? call.status : 200;
    Response response =
        answer(services, call.customer,
               co_await read_behind(services, request, call.customer, *receipt), status);
    if (call.status == 201)
        response.with("Location", std::string(kCustomers) + "/" + call.customer.to_string());
    http::tell_receipt(response, *receipt);
    co_return response;
}

// ---- The calls ----------------------------------------------------------------------------------

// Under a key of the customer's own; sealed even if nothing is known, for the key is there then.
Result<customer::Profile> profile_of(const NewCustomer& body, KeyStore& keys) {
    SHOP_TRY_STATUS(check_country(body.country));
    SHOP_TRY(personal, personal_of(body.contact.value_or(PersonView{}), "/contact"));
    SHOP_TRY(key, keys.new_key());
    SHOP_TRY(sealed, seal_with(key, keys, personal));
    customer::Profile profile;
    profile.kind = body.kind.value_or(customer::Kind::kPerson);
    profile.personal = std::move(sealed);
    profile.country = body.country.value_or("");
    if (body.external) profile.external = external_of(*body.external);
    return profile;
}

Task<Response> create(Services& services, const Request& request) {
    auto submission = http::submission_of(request, kCustomers, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    auto body = http::body_of<NewCustomer>(request);
    if (!body) return ready(problem(body.error()));
    auto profile = profile_of(*body, services.keys);
    if (!profile) return ready(problem(profile.error()));
    const CustomerId id = profile->external
                              ? customer::customer_of(*profile->external)
                              : CustomerId::derive({"customer", submission->id.to_string()});
    submission->command = customer::Register{id, std::move(*profile), reason_of(body->reason)};
    return submit(services, request, {id, std::move(*submission), 201});
}

Task<Response> show(Services& services, const Request& request) {
    const auto id = CustomerId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_customer());
    co_return answer(services, *id, co_await services.engine.read(*request.home, *id), 200);
}

Result<customer::ChangeContact> change_of(const CustomerChange& body, const CustomerId& id,
                                          const customer::State& known, KeyStore& keys) {
    SHOP_TRY_STATUS(check_country(body.country));
    customer::ChangeContact command{
        .customer = id, .personal = {}, .country = body.country, .reason = reason_of(body.reason)};
    if (!body.contact || known.status == customer::Status::kErased) return command;
    SHOP_TRY(personal, personal_of(*body.contact, "/contact"));
    SHOP_TRY(key, key_of(known));
    SHOP_TRY(sealed, seal_with(key, keys, personal));
    command.personal = std::move(sealed);
    return command;
}

Task<Response> change(Services& services, const Request& request) {
    const auto id = CustomerId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_customer());
    auto submission = http::submission_of(request, kCustomer, services.secrets);
    if (!submission) co_return problem(submission.error());
    const auto version = http::if_match_of(request);
    if (!version) co_return problem(version.error());
    const auto body = http::body_of<CustomerChange>(request);
    if (!body) co_return problem(body.error());
    const auto read = co_await services.engine.read(*request.home, *id);
    if (!read) co_return problem(read.error());
    const auto* known = state_in<customer::State>(*read);
    if (known == nullptr) co_return problem(unknown_customer());
    auto command = change_of(*body, *id, *known, services.keys);
    if (!command) co_return problem(command.error());
    command->expected_version = *version;
    submission->command = std::move(*command);
    co_return co_await submit(services, request, {*id, std::move(*submission)});
}

// Of one call, whose tries go on with the same.
struct Erasing {
    CustomerId customer;
    std::vector<std::string> keys = {};  // of all tries
};

Task<Response> try_erase(Services& services, Worker& worker, const Request& request,
                         Erasing& erasing) {
    auto submission = http::submission_of(request, kCustomer, services.secrets);
    if (!submission) co_return problem(submission.error());
    const auto read = co_await services.engine.read(*request.home, erasing.customer);
    if (!read) co_return problem(read.error());
    const auto* known = state_in<customer::State>(*read);
    if (known == nullptr) co_return problem(unknown_customer());
    sale::add_new_keys(erasing.keys, known->all_keys());
    const Erasure erasure{erasing.customer, erasing.keys, reason_of(request),
                          services.engine.now()};
    submission->command = customer::Erase{erasure.customer, erasure.keys, erasure.reason};
    if (known->status != customer::Status::kErased) {
        const Status done = co_await worker.call<Status>(*request.home, [&] {
            return erase_keys({services.erasures, services.keys, services.log, services.metrics},
                              std::span<const Erasure>(&erasure, 1));
        });
        if (!done) co_return problem(done.error());
    }
    co_return co_await submit(services, request, {erasing.customer, std::move(*submission)});
}

// An order that is assigned to them at this moment brings keys of its own: they go in the next try.
// One that is taken from them was theirs when its keys were destroyed: that is recorded, too.
Task<Response> erase(Services& services, Worker& worker, const Request& request) {
    const auto id = CustomerId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_customer());
    Erasing erasing{*id};
    co_return co_await try_again_if("customer-changed",
                                    [&] { return try_erase(services, worker, request, erasing); });
}

Route route_of(Method method, std::string_view pattern, std::string_view summary) {
    const bool reads = method == Method::kGet;
    return {.method = method,
            .pattern = pattern,
            .summary = summary,
            .tag = "customers (staff)",
            .access = reads ? http::Access::kAnyStaff : http::Access::kStaff,
            .answer = http::schema_of<CustomerView>(),
            .statuses = {200, 401, 403, 404, 503},
            .idempotent = !reads};
}

}  // namespace

void add_admin_customer_routes(http::Routes& routes, Services& services) {
    // Shared by the handlers, which are copied.
    const auto worker = std::make_shared<Worker>();
    Route route = route_of(Method::kPost, kCustomers,
                           "Registers a customer; 200 for one that was known before");
    route.body = http::body_schema_of<NewCustomer>();
    route.statuses = {201, 200, 400, 401, 403, 422, 503};
    routes.add(std::move(route), [&services](const Request& r) { return create(services, r); });
    routes.add(route_of(Method::kGet, kCustomer, "A customer"),
               [&services](const Request& r) { return show(services, r); });
    route = route_of(Method::kPatch, kCustomer, "Changes a customer's contact or country");
    route.body = http::body_schema_of<CustomerChange>();
    route.parameters = {if_match_parameter()};
    route.statuses = {200, 400, 401, 403, 404, 409, 412, 422, 503};
    routes.add(std::move(route), [&services](const Request& r) { return change(services, r); });
    route = route_of(Method::kDelete, kCustomer,
                     "Erases a customer: nothing personal of them can be read any more, in the "
                     "log, in views and in backups that are restored; orders and sums stay");
    add_reason_parameters(route);
    route.statuses = {200, 400, 401, 403, 404, 409, 503};
    routes.add(std::move(route),
               [&services, worker](const Request& r) { return erase(services, *worker, r); });
}

}  // namespace shop::api
