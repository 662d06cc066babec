// Requests and responses as handlers see them. No third-party type.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "events/executor.hpp"

namespace shop::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
std::string_view name_of(Method method);

// Who asks, as far as the request proves it (auth.hpp). A guest has kind kShopper and no id.
struct Caller {
    Actor actor;
    std::string shop_token;  // of a cart, from the header, the cookie or ?t=; empty if none
    bool has_credentials() const { return !actor.id.empty() || !shop_token.empty(); }
};

// A request, whole. Lives as long as its handler's coroutine; views into it likewise.
struct Request {
    Method method = Method::kGet;
    std::string path;                                             // decoded, "/api/v1/carts/crt_…"
    std::string query;                                            // raw, without '?'
    std::vector<std::pair<std::string, std::string>> headers;     // names in lower case
    std::vector<std::pair<std::string, std::string>> parameters;  // of the path: {"id", "crt_…"}
    std::string body;
    std::string remote;  // the peer's address, for limits; never logged unsealed
    std::string id;      // of this request, in the answer's Shop-Request-Id and in the log
    std::string trace;   // W3C trace id, 32 hexadecimal digits
    Caller caller;
    Executor* home = nullptr;  // of the session's loop; never nullptr in a handler

    std::string_view header(std::string_view lower_case_name) const;  // empty if absent
    std::string_view parameter(std::string_view name) const;          // of the path; must exist
};

// An answer. `shared` is for bodies that live elsewhere (cached pages); else `body` counts.
struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::shared_ptr<const std::string> shared;

    std::string_view content() const { return shared ? std::string_view(*shared) : body; }
    Response& with(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

// The problem document (RFC 9457) of an error, and its status; the only place that maps them.
Response problem(const Error& error);

}  // namespace shop::http
