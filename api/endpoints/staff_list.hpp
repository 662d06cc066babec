// Lists that staff read from views: {"items": […], "next": a cursor or null}. A list's parameters
// are the members of its filters, by name, and `cursor` and `limit`.
//
//   routes.add(staff_list_route({.pattern = …, .parameters = {…}, …}),
//              [&services](const Request& request) {
//                  return answer_list(services, request, projections::storefront::list_sales);
//              });
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/http/route.hpp"
#include "api/view_read.hpp"
#include "core/base/actor.hpp"
#include "core/base/describe.hpp"
#include "projections/storefront/staff_lists.hpp"

namespace shop::api {

// Who recorded something.
struct ActorView {
    ActorKind kind = ActorKind::kSystem;
    std::optional<std::string> id;
    static constexpr std::string_view kSchemaName = "Actor";
    bool operator==(const ActorView&) const = default;
};
SHOP_DESCRIBE(ActorView, kind, id)

// A parameter of the query that says something.
std::optional<std::string> text_of(const http::Request& request, std::string_view name);

// The value of the filter of that name: times as Postgres reads them, e-mail addresses as their
// hashes, be they given as `email` or as `q`; an actor by kind or by id, both given as `actor`.
// kInvalid on a parameter that is wrong.
Result<projections::storefront::Filter> filter_of(const Services& services,
                                                  const http::Request& request,
                                                  std::string_view name, bool has_email);

// What the request's cursor stands behind; nothing without one.
Result<std::optional<projections::storefront::ListKey>> key_behind(const Services& services,
                                                                   const http::Request& request);
int limit_of(const http::Request& request);

// The request as a query. Filters that are no parameters of the call are left out.
template <class Filters>
Result<projections::storefront::StaffQuery<Filters>> staff_query(const Services& services,
                                                                 const http::Request& request) {
    projections::storefront::StaffQuery<Filters> query;
    std::optional<Error> wrong;
    constexpr bool kHasEmail = requires(Filters filters) { filters.email; };
    for_each_member(query.filters, [&](std::string_view name, auto& filter) {
        auto value = filter_of(services, request, name, kHasEmail);
        if (value)
            filter = std::move(*value);
        else
            wrong = value.error();
    });
    if (wrong) return std::unexpected(*wrong);
    SHOP_TRY(after, key_behind(services, request));
    query.after = std::move(after);
    query.limit = limit_of(request);
    return query;
}

// The list as an answer that nobody keeps.
http::Response list_answer(const Services& services, const http::Request& request, ViewRead& read,
                           const projections::storefront::StaffList& found);

// Filters that the call has not as parameters.
template <class Filters>
void set_fixed(const Filters& fixed, Filters& filters) {
    for_each_member(fixed, [&](std::string_view name, const auto& value) {
        if (!value) return;
        for_each_member(filters, [&](std::string_view other, auto& filter) {
            if (name == other) filter = value;
        });
    });
}

// Reads the list that the request asks for.
template <class Filters>
Task<http::Response> answer_list(Services& services, const http::Request& request,
                                 Task<Result<projections::storefront::StaffList>> (*list)(
                                     postgres::Pipeline&,
                                     projections::storefront::StaffQuery<Filters>),
                                 Filters fixed = {}) {
    ViewRead read(services, request, {});
    if (auto done = co_await read.begin()) co_return std::move(*done);
    auto query = staff_query<Filters>(services, request);
    if (!query) co_return http::problem(query.error());
    set_fixed(fixed, query->filters);
    const auto found = co_await list(*services.reads, std::move(*query));
    if (!found) co_return http::problem(found.error());
    co_return list_answer(services, request, read, *found);
}

// A further member of a row's object, as JSON: what was sealed.
struct OpenedMember {
    std::string name;
    std::string json;
};
using OpenRow = Result<OpenedMember> (*)(const KeyStore&,
                                         const projections::storefront::SealedRow&);

// The rows with what was sealed.
Result<projections::storefront::StaffList> opened_list(
    const Services& services, const projections::storefront::SealedList& found, OpenRow open);

// Likewise of rows that come sealed.
template <class Filters>
Task<http::Response> answer_sealed_list(Services& services, const http::Request& request,
                                        Task<Result<projections::storefront::SealedList>> (*list)(
                                            postgres::Pipeline&,
                                            projections::storefront::StaffQuery<Filters>),
                                        OpenRow open, Filters fixed = {}) {
    ViewRead read(services, request, {});
    if (auto done = co_await read.begin()) co_return std::move(*done);
    auto query = staff_query<Filters>(services, request);
    if (!query) co_return http::problem(query.error());
    set_fixed(fixed, query->filters);
    const auto found = co_await list(*services.reads, std::move(*query));
    if (!found) co_return http::problem(found.error());
    const auto opened = opened_list(services, *found, open);
    if (!opened) co_return http::problem(opened.error());
    co_return list_answer(services, request, read, *opened);
}

// What all such routes have in common is added: who may look, cursor and limit, the statuses.
http::Route staff_list_route(http::Route route);
// Parameters that several lists have.
std::vector<http::Parameter> time_parameters(std::string_view what);

}  // namespace shop::api
