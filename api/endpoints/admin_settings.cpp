// The shop's settings: tax, shipping and the store itself, each as a whole document.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "core/catalog/catalog.hpp"
#include "core/pricing/rules.hpp"
#include "core/settings/settings.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;
using http::Route;

// What counts now, or from a moment on. Version 0: what a new shop starts with.
struct TaxView {
    std::uint64_t version = 0;
    Time effective_from;
    settings::Tax document;
    static constexpr std::string_view kSchemaName = "TaxSettings";
    bool operator==(const TaxView&) const = default;
};
SHOP_DESCRIBE(TaxView, version, effective_from, document)

struct ShippingView {
    std::uint64_t version = 0;
    Time effective_from;
    settings::Shipping document;
    static constexpr std::string_view kSchemaName = "ShippingSettings";
    bool operator==(const ShippingView&) const = default;
};
SHOP_DESCRIBE(ShippingView, version, effective_from, document)

struct StoreView {
    std::uint64_t version = 0;
    Time effective_from;
    settings::Store document;
    static constexpr std::string_view kSchemaName = "StoreSettings";
    bool operator==(const StoreView&) const = default;
};
SHOP_DESCRIBE(StoreView, version, effective_from, document)

struct TaxBody {
    settings::Tax document;
    std::optional<Time> effective_from;  // none: now
    std::optional<ReasonBody> reason;
    bool operator==(const TaxBody&) const = default;
};
SHOP_DESCRIBE(TaxBody, document, effective_from, reason)

struct ShippingBody {
    settings::Shipping document;
    std::optional<Time> effective_from;
    std::optional<ReasonBody> reason;
    bool operator==(const ShippingBody&) const = default;
};
SHOP_DESCRIBE(ShippingBody, document, effective_from, reason)

struct StoreBody {
    settings::Store document;
    std::optional<Time> effective_from;
    std::optional<ReasonBody> reason;
    bool operator==(const StoreBody&) const = default;
};
SHOP_DESCRIBE(StoreBody, document, effective_from, reason)

// What the three kinds of settings differ in.
struct TaxKind {
    using View = TaxView;
    using Body = TaxBody;
    using Command = settings::PublishTax;
    static constexpr std::string_view kPattern = "/api/v1/admin/settings/tax";
    static constexpr auto kVersions = &settings::State::tax;
    static const auto* now_in(const pricing::Rules& rules) { return rules.tax; }
};
struct ShippingKind {
    using View = ShippingView;
    using Body = ShippingBody;
    using Command = settings::PublishShipping;
    static constexpr std::string_view kPattern = "/api/v1/admin/settings/shipping";
    static constexpr auto kVersions = &settings::State::shipping;
    static const auto* now_in(const pricing::Rules& rules) { return rules.shipping; }
};
struct StoreKind {
    using View = StoreView;
    using Body = StoreBody;
    using Command = settings::PublishStore;
    static constexpr std::string_view kPattern = "/api/v1/admin/settings/store";
    static constexpr auto kVersions = &settings::State::store;
    static const auto* now_in(const pricing::Rules& rules) { return rules.store; }
};

template <class Kind, class Version>
Response answer(const Version& version, std::uint64_t published) {
    Response response = http::json_answer(
        200, typename Kind::View{version.version, version.effective_from, version.document});
    response.with("ETag", http::etag_of(published));
    return response;
}

// The document in force. Its entity tag is that of the last one published, which may be one of
// tomorrow: who overwrites must have known it.
template <class Kind>
Task<Response> show(Services& services, const Request& request) {
    const auto read =
        co_await services.engine.read(*request.home, typename Kind::Command{}.target());
    if (!read) co_return problem(read.error());
    const auto all = services.catalog.settings();
    const auto* version = Kind::now_in(pricing::rules_at(*all, services.engine.now()));
    co_return answer<Kind>(*version, read->version);
}

// What is wrong with a document stands there in the body.
Error in_document(Error error) {
    for (FieldError& field : error.fields)
        if (field.pointer.starts_with('/')) field.pointer = "/document" + field.pointer;
    return error;
}

template <class Kind>
Task<Response> publish(Services& services, const Request& request) {
    auto body = http::body_of<typename Kind::Body>(request);
    if (!body) co_return problem(body.error());
    const auto version = http::if_match_of(request);
    if (!version) co_return problem(version.error());
    typename Kind::Command command{.document = std::move(body->document),
                                   .effective_from = body->effective_from,
                                   .reason = reason_of(body->reason),
                                   .expected_version = *version};
    const StreamId stream = command.target();
    const auto receipt =
        co_await submit_call(services, request, Kind::kPattern, std::move(command));
    if (!receipt) co_return problem(in_document(receipt.error()));
    const auto read = co_await read_behind(services, request, stream, *receipt);
    if (!read) co_return problem(read.error());
    const auto* state = state_in<settings::State>(*read);
    SHOP_ASSERT(state != nullptr && !(state->*Kind::kVersions).empty());
    Response response = answer<Kind>((state->*Kind::kVersions).back(), read->version);
    http::tell_receipt(response, *receipt);
    co_return response;
}

template <class Kind>
void add_kind(http::Routes& routes, Services& services, std::string_view what) {
    Route reading{.method = Method::kGet,
                  .pattern = Kind::kPattern,
                  .summary = what,
                  .tag = "settings (staff)",
                  .access = http::Access::kAnyStaff,
                  .answer = http::schema_of<typename Kind::View>()};
    Route writing = reading;
    writing.method = Method::kPut;
    writing.access = http::Access::kStaff;
    writing.parameters = {{.name = "If-Match",
                           .in = "header",
                           .description = "the entity tag that the change is based on"}};
    writing.body = http::body_schema_of<typename Kind::Body>();
    writing.statuses = {200, 412};
    writing.idempotent = true;
    writing.body_bytes_max = 400'000;
    routes.add(std::move(reading),
               [&services](const Request& request) { return show<Kind>(services, request); });
    routes.add(std::move(writing),
               [&services](const Request& request) { return publish<Kind>(services, request); });
}

}  // namespace

void add_admin_settings_routes(http::Routes& routes, Services& services) {
    add_kind<TaxKind>(routes, services, "Tax classes and rates by country");
    add_kind<ShippingKind>(routes, services, "Zones and rates of delivery");
    add_kind<StoreKind>(routes, services, "The shop's name, currency and countries");
}

}  // namespace shop::api
