// What calls of staff share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/etag.hpp"
#include "api/http/idempotency.hpp"
#include "api/http/json_body.hpp"
#include "api/http/message.hpp"
#include "api/http/route.hpp"
#include "api/services.hpp"
#include "events/engine.hpp"

namespace shop::api {

// Why staff acts, as every such call may say.
struct ReasonBody {
    std::string code;
    std::optional<std::string> note;
    static constexpr std::string_view kSchemaName = "Reason";
    static constexpr std::array kLimits = {
        http::Limit{.member = "code", .min = 1, .max = 60},
        http::Limit{.member = "note", .max = 200},
    };
    bool operator==(const ReasonBody&) const = default;
};
SHOP_DESCRIBE(ReasonBody, code, note)

// "staff" if the call does not say.
Reason reason_of(const std::optional<ReasonBody>& body);
// … of a call without a body, which says it by these parameters.
Reason reason_of(const http::Request& request);
void add_reason_parameters(http::Route& route);

// The header of a change that is refused unless it is based on the version of today.
http::Parameter if_match_parameter();

// Sums of what callers name must fit. `pointer` is the amount's place in the body.
Status check_money(const std::string& pointer, const std::optional<Money>& money);

// Submits the command as the request's, and waits until the catalog's fold has seen it: whatever
// the caller does next sees the change.
Task<Result<Receipt>> submit_call(Services& services, const http::Request& request,
                                  std::string_view pattern, AnyCommand command);

// The thing behind a receipt: as it was then if the call is a repetition, else as it is now.
Task<Result<Snapshot>> read_behind(Services& services, const http::Request& request, StreamId id,
                                   Receipt receipt);

// The state in a snapshot; nullptr if the stream has no event or is of another kind.
template <class State>
const State* state_in(const Snapshot& snapshot) {
    return snapshot.state == nullptr ? nullptr : std::get_if<State>(snapshot.state.get());
}

}  // namespace shop::api
