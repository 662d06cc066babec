// What an operator has to look at (events/effects/attention.hpp).
#include "events/effects/attention.hpp"
#include "api/http/cursor.hpp"
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/services.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::int64_t kLimit = 50;
constexpr std::string_view kList = "attention";

struct AttentionView {
    std::vector<AttentionItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "AttentionList";
    bool operator==(const AttentionView&) const = default;
};
SHOP_DESCRIBE(AttentionView, items, next)

// The stream behind which the page begins; empty for the first.
Result<StreamId> start_of_page(const Services& services, const Request& request) {
    const auto cursor = request.argument("cursor");
    if (!cursor) return StreamId{};
    SHOP_TRY(keys, http::read_cursor(services.secrets, kList, *cursor));
    const auto after = keys.size() == 1 ? StreamId::parse(keys.front()) : std::nullopt;
    if (!after) return fail_field("cursor", "is not a cursor of this list");
    return *after;
}

Response list(const Services& services, const Request& request) {
    const auto after = start_of_page(services, request);
    if (!after) return problem(after.error());
    const auto limit = static_cast<std::size_t>(request.integer_argument("limit").value_or(kLimit));
    AttentionView view{services.attention.list(*after, limit + 1), {}};
    if (view.items.size() > limit) {
        view.items.resize(limit);
        view.next =
            http::make_cursor(services.secrets, kList, {view.items.back().stream.to_string()});
    }
    return http::page_answer(request, view);
}

}  // namespace

void add_attention_routes(http::Routes& routes, Services& services) {
    routes.add(
        {.pattern = "/api/v1/admin/attention",
         .summary = "What somebody has to look at: money that is not as it should be, stock "
                    "that is promised and not there or held too long, effects that were "
                    "given up",
         .tag = "attention (staff)",
         .access = http::Access::kAnyStaff,
         .parameters = {{.name = "cursor", .description = "`next` of the page before", .min = 1},
                        {.name = "limit", .type = "integer", .min = 1, .max = 100}},
         .answer = http::schema_of<AttentionView>(),
         .statuses = {200, 400, 401, 403, 422}},
        [&services](const Request& request) { return ready(list(services, request)); });
}

}  // namespace shop::api
