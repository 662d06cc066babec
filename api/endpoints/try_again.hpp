// Calls that decide on what they have read, and may be overtaken in between.
#pragma once

#include <string_view>

#include "api/http/message.hpp"
#include "events/task.hpp"

namespace shop::api {

inline constexpr int kTriesMax = 5;

// What `attempt()` answers, which is asked again while it is refused with the problem `type` and
// none other: who was overtaken reads anew, and every other refusal would be the same again. What
// `attempt` refers to outlives the task.
template <class Attempt>
Task<http::Response> try_again_if(std::string_view type, Attempt attempt) {
    for (int tries = 1;; ++tries) {
        http::Response response = co_await attempt();
        if (response.problem != type || tries == kTriesMax) co_return response;
    }
}

}  // namespace shop::api
