// What staff note about an order, for staff. A note may name persons: it is sealed with the buyer's
// key, and reads "[erased]" once that is gone.
#include <algorithm>
#include <array>
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/staff_list.hpp"
#include "api/endpoints/try_again.hpp"
#include "api/http/json_body.hpp"
#include "api/http/schema_of.hpp"
#include "api/services.hpp"
#include "core/customer/customer.hpp"
#include "core/json/encode.hpp"
#include "events/keys/personal.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kNotes = "/api/v1/admin/orders/{id}/notes";

struct NoteBody {
    std::string text;
    static constexpr std::string_view kSchemaName = "OrderNote";
    static constexpr std::array kLimits = {
        http::Limit{.member = "text", .min = 1, .max = 2'000},
    };
};
SHOP_DESCRIBE(NoteBody, text)

struct NoteItem {
    std::int32_t number = 0;  // of the order, from 1
    Time noted_at;
    ActorView actor;
    std::string text;  // "[erased]" once the key is destroyed
    static constexpr std::string_view kSchemaName = "OrderNoteItem";
    bool operator==(const NoteItem&) const = default;
};
SHOP_DESCRIBE(NoteItem, number, noted_at, actor, text)

struct NoteListView {
    std::vector<NoteItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "OrderNoteList";
    bool operator==(const NoteListView&) const = default;
};
SHOP_DESCRIBE(NoteListView, items, next)

// ---- Writing ------------------------------------------------------------------------------------

// A key that is new to the order is its customer's before it is used; if they were erased already,
// a note that somebody writes afterwards stays.
Task<Status> give_to_customer(Services& services, const Request& request, OrderId id,
                              CustomerId customer, std::string key) {
    const auto given = co_await give_order(services, request, kNotes,
                                           {customer, id, {std::move(key)}, {"note", ""}});
    if (!given && given.error().type != "customer-erased") co_return std::unexpected(given.error());
    co_return Status();
}

// The text is sealed with the buyer's key, so that it goes when the buyer does.
Task<Response> try_note(Services& services, const Request& request, OrderId order,
                        PersonalNote note) {
    const auto read = co_await services.engine.read(*request.home, order);
    if (!read) co_return problem(read.error());
    const auto* state = state_in<order::State>(*read);
    if (state == nullptr) co_return problem(unknown_order());
    auto sealed = seal_for(*state, services.keys, note);
    if (!sealed) co_return problem(sealed.error());
    const std::vector<std::string> keys = state->own_keys();
    const CustomerId customer = state->customer_id;
    const bool is_new = std::ranges::find(keys, sealed->key) == keys.end();
    if (is_new && !customer.is_empty()) {
        const Status given =
            co_await give_to_customer(services, request, order, customer, sealed->key);
        if (!given) co_return problem(given.error());
    }
    order::AddNote command{order, std::move(*sealed), customer};
    co_return co_await run_order_call(services, request, {kNotes, order, std::move(command), 201});
}

// An order that is given to a customer at this moment gets its note in the next try.
Task<Response> write_note(Services& services, const Request& request, OrderId order,
                          PersonalNote note) {
    co_return co_await try_again_if("order-changed",
                                    [&] { return try_note(services, request, order, note); });
}

Task<Response> add_note(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    auto body = http::body_of<NoteBody>(request);
    if (!body) return ready(problem(body.error()));
    return write_note(services, request, *order, {std::move(body->text)});
}

// ---- Reading ------------------------------------------------------------------------------------

Result<OpenedMember> open_text(const KeyStore& keys,
                               const projections::storefront::SealedRow& row) {
    SHOP_TRY(note, open_note(keys, row.personal));
    return OpenedMember{"text", json::to_json(note.text, json::Defaults::kWrite)};
}

Task<Response> list_notes(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) co_return problem(unknown_order());
    const auto read = co_await services.engine.read(*request.home, *order);
    if (!read) co_return problem(read.error());
    if (state_in<order::State>(*read) == nullptr) co_return problem(unknown_order());
    co_return co_await answer_sealed_list(
        services, request, projections::storefront::list_notes, open_text,
        projections::storefront::NoteFilters{.order = order->to_string()});
}

}  // namespace

void add_order_note_routes(http::Routes& routes, Services& services) {
    http::Route noting = order_call_route(kNotes, "Adds a note for staff to the order");
    noting.body = http::body_schema_of<NoteBody>();
    noting.statuses.front() = 201;
    routes.add(std::move(noting),
               [&services](const Request& request) { return add_note(services, request); });
    http::Route reading = staff_list_route({.pattern = kNotes,
                                            .summary = "The notes to an order, the newest first",
                                            .tag = "orders (staff)",
                                            .answer = http::schema_of<NoteListView>()});
    reading.statuses.push_back(404);
    routes.add(std::move(reading),
               [&services](const Request& request) { return list_notes(services, request); });
}

}  // namespace shop::api
