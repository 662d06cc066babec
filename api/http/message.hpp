// Requests and answers as handlers see them. No third-party type.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/body_stream.hpp"
#include "core/base/actor.hpp"
#include "core/base/result.hpp"
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

// A header, or a parameter of the path. Views into the request that holds it.
struct Field {
    std::string_view name;
    std::string_view value;
};

// A parameter of the query, decoded.
struct Argument {
    std::string name;
    std::string value;
};

// A request, whole. Lives until its handler's coroutine has ended; views into it likewise.
struct Request {
    Method method = Method::kGet;     // HEAD arrives as kGet
    std::string path;                 // decoded: "/api/v1/carts/crt_…"
    std::string query;                // raw, without '?'
    std::vector<Field> headers;       // names in lower case
    std::vector<Field> parameters;    // of the path: {"id", "crt_…"}
    std::vector<Argument> arguments;  // of the query; only such as the route declares
    std::string body;                 // empty if the route takes it as a stream
    BodyReader* stream = nullptr;     // of routes with `streams_body`, else nullptr
    std::string remote;               // the peer's address, for limits; personal: never logged
    std::string id;     // of this request: Shop-Request-Id of the answer, and in the log lines
    std::string trace;  // W3C trace id, 32 hexadecimal digits
    Caller caller;
    Executor* home = nullptr;  // of the session's loop; never nullptr in a handler

    std::string_view header(std::string_view lower_case_name) const;  // empty if absent
    std::string_view parameter(std::string_view name) const;          // of the path; must exist
    // Of the query. Values are checked against the route's Parameter: an "integer" is one.
    std::optional<std::string_view> argument(std::string_view name) const;
    std::optional<std::int64_t> integer_argument(std::string_view name) const;
    std::optional<bool> boolean_argument(std::string_view name) const;
};

// An answer. Its content is `body`, or `shared` for bodies that live elsewhere (cached pages), or
// `stream` for those written piece by piece.
struct Response {
    int status = 200;
    std::string_view content_type = "application/json";  // a constant
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    std::shared_ptr<const std::string> shared = {};  // shared: a cache may drop it meanwhile
    std::unique_ptr<BodySource> stream = {};
    bool hang_up = false;      // says nothing and closes the connection
    std::string cause = {};    // why it failed, for the shop's log and nobody else
    std::string problem = {};  // the type of a problem document: "cart-changed"

    std::string_view content() const { return shared ? std::string_view(*shared) : body; }
    std::string_view header(std::string_view name) const;  // as it was given; empty if absent
    Response& with(std::string name, std::string value) & {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    Response&& with(std::string name, std::string value) && {
        return std::move(with(std::move(name), std::move(value)));
    }
    // Instead of the header of that name, if it was given.
    void replace(std::string name, std::string value);
};

// The problem document (RFC 9457) of an error, and its status; the only place that maps them.
// Whoever may come back is told when, in whole seconds, rounded up. Postgres's own words name files
// and statements, and words of damage the data folder: they become the response's `cause`.
Response problem(const Error& error, Duration retry_after = seconds(1));
int status_of(const Error& error);

}  // namespace shop::http
